// SPDX-License-Identifier: Apache-2.0
// From published points to any size: a line, or a power law (a line in logarithms).

import type { ArithmeticTable, MemoryTable, Point } from './table.ts';

/** The pair of neighbouring points around a size, or the nearest pair beyond the ends. */
function neighbours(points: readonly Point[], at: number): readonly [Point, Point] {
  let upper = 1;
  while (upper < points.length - 1 && points[upper]!.at < at) upper++;
  return [points[upper - 1]!, points[upper]!];
}

/** Energy at a size on the line through the points, or through the only point and the origin. */
export function onLine(points: readonly Point[], at: number): number {
  if (points.length === 1) return (points[0]!.picojoules * at) / points[0]!.at;
  const [left, right] = neighbours(points, at);
  const slope = (right.picojoules - left.picojoules) / (right.at - left.at);
  return left.picojoules + slope * (at - left.at);
}

/** Energy at a size on the power law through neighbouring points, or of the given exponent through the only point. */
export function onPowerLaw(points: readonly Point[], at: number, exponent: number): number {
  if (points.length === 1) return points[0]!.picojoules * (at / points[0]!.at) ** exponent;
  const [left, right] = neighbours(points, at);
  const power = Math.log(right.picojoules / left.picojoules) / Math.log(right.at / left.at);
  return left.picojoules * (at / left.at) ** power;
}

/** Energy in pJ of one addition of `bits` bits. */
export function addition(table: ArithmeticTable, bits: number): number {
  return onLine(table.add, bits);
}

/** Energy in pJ of one multiplication of `left` by `right` bits: that of a square one with as many partial products. */
export function multiplication(table: ArithmeticTable, left: number, right: number): number {
  return onPowerLaw(table.multiply, Math.sqrt(left * right), 2);
}

/** Energy in pJ of reading or writing one bit of a memory that holds `bytes` bytes. */
export function memoryBit(table: MemoryTable, access: 'read' | 'write', bytes: number): number {
  return onPowerLaw(access === 'read' ? table.readBit : table.writeBit, bytes, 0.5);
}
