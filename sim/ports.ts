// SPDX-License-Identifier: Apache-2.0
// Signals of a model and where their storage is. The design's description says
// what a port means; the generated header says what C++ calls it.

import type { Design } from './design/index.ts';
import type { ValueType } from './values.ts';

/** Bounds of one unpacked dimension, as declared. */
export type Dimension = readonly [left: number, right: number];

/** One port of the top module. */
export interface Port {
  readonly direction: 'input' | 'output' | 'inout';
  /** Bits of one element. */
  readonly width: number;
  readonly signed: boolean;
  /** Unpacked dimensions, outermost first; none for a port with one value. */
  readonly dims: readonly Dimension[];
}

/** A signal of a model: a port, or an internal one that was exposed. */
export interface SignalLayout extends ValueType {
  readonly direction: Port['direction'] | 'internal';
  readonly dims: readonly Dimension[];
  /** Bytes of storage of one element: 1, 2, 4, 8, or 4 for each 32 bits of a wider one. */
  readonly bytes: number;
  /** Elements of all dimensions. */
  readonly elements: number;
}

/** A port with its member of the generated class. */
export interface PortLayout extends SignalLayout {
  readonly direction: Port['direction'];
  readonly member: string;
}

/** Ports by name. */
export type Ports = Readonly<Record<string, Port>>;

/** Bytes in which Verilator stores a value. */
export function storageBytes(width: number): number {
  return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : width <= 64 ? 8 : Math.ceil(width / 32) * 4;
}

/** Elements of an array with these dimensions; 1 for none. */
export function elementCount(dims: readonly Dimension[]): number {
  return dims.reduce((count, [left, right]) => count * (Math.abs(left - right) + 1), 1);
}

/**
 * Ports of a design with their members in a generated header.
 * @throws {RangeError} for a name that the generated class needs, and for a port that has no storage of its own.
 */
export function layoutPorts(design: Pick<Design, 'ports'>, header: string): PortLayout[] {
  const members = new Map(memberNames(header).map((member) => [decodeName(member), member]));
  // Comments are no declarations: one says "model state (owned by this class)".
  const declarations = header.replace(/\/\/.*/g, '');
  return design.ports.map(({ name, direction, width, signed, dims }) => {
    const member = members.get(name);
    // Verilator gives ports the same scope as the methods of its class: a port called `name` does not compile.
    if (member === undefined || member === 'contextp' || new RegExp(`(?<!&)\\b${member}\\s*[(;]`).test(declarations)) {
      throw new RangeError(`Expected port names that Verilator leaves free, but received ${name}.`);
    }
    return { name, direction, width, signed, dims, member, bytes: storageBytes(width), elements: elementCount(dims) };
  });
}

// VL_IN8(&clk,0,0);  VL_OUTW((&words)[2][4],99,0,4);  and, from 5.03x on, VlUnpacked<CData/*7:0*/, 4> &bytes;
function memberNames(header: string): string[] {
  const macros = header.matchAll(/\bVL_(?:IN|OUT|INOUT)(?:8|16|64|W|)\(\(?&(\w+)/g);
  const arrays = header.matchAll(/^\s*VlUnpacked<.*>\s*&(\w+);/gm);
  return [...macros, ...arrays].map((match) => match[1]!);
}

/** The list that model.cpp includes. */
export function portsInclude(ports: readonly PortLayout[]): string {
  return ports
    .map(({ member, width, direction }, i) => `PORT(${i}, ${member}, ${width}, ${direction !== 'output'})\n`)
    .join('');
}

/** Verilog's name for a generated one: `__SYM__` marks a C++ keyword, `__0hh` a byte of UTF-8. */
export function decodeName(member: string): string {
  return member
    .replace(/^__SYM__/, '')
    .replace(/(?:__0[0-9a-fA-F]{2})+/g, (codes) => Buffer.from(codes.replaceAll('__0', ''), 'hex').toString());
}
