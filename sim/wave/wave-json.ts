// SPDX-License-Identifier: Apache-2.0
// Samples -> WaveJSON, the language of WaveDrom. A cycle is one brick, from one
// rising edge to the next, and shows what registers saw at its end.

import { lastCycles, type WaveOptions, type WaveSignal } from './samples.ts';

/** One row of a picture. */
export interface WaveLane {
  readonly name: string;
  /** One character a cycle: `0` and `1`, `=` for a labelled value, `.` for the value before, `p` for a clock. */
  readonly wave: string;
  /** Labels of the values. */
  readonly data?: readonly string[];
}

/** A picture as WaveDrom takes it. */
export interface WaveJson {
  readonly signal: readonly WaveLane[];
  readonly head?: { readonly text?: string; readonly tock?: number };
  readonly config: { readonly hscale: number };
}

/** Pixels of a cycle at `hscale` 1, of a label's character, and what a brick's slanted ends take. */
const pixels = { cycle: 40, character: 7, ends: 12 };

/** Longest label, in characters. */
const longestLabel = 20;

/**
 * Describes the last cycles as WaveJSON.
 * @throws {RangeError} when a signal has another number of values than there are cycles.
 * @example
 * waveJson({ clock: 'clk', cycles: [7, 8, 9], signals: [{ name: 'count', width: 4, values: [10, 11, 11] }] });
 * // signal: [{ name: 'clk', wave: 'p..' }, { name: 'count', wave: '==.', data: ['a', 'b'] }], head: { tock: 7 }
 */
export function waveJson(options: WaveOptions): WaveJson {
  const { clock, title } = options;
  const { cycles, signals } = lastCycles(options);
  const [first = 0] = cycles;
  // WaveDrom 3.7 fails on two numbers above a picture; cycles that do not follow each other cannot stand there.
  const above = cycles.length !== 2 && cycles.every((cycle, i) => cycle === first + i);
  const numbers = { name: 'cycle', width: 53, values: cycles, signed: true };
  const lanes = [...(above ? [] : [numbers]), ...signals].map((signal) => drawLane(signal));
  const head = {
    ...(title === undefined ? {} : { text: plainText(title) }),
    ...(above && cycles.length > 0 ? { tock: first } : {}),
  };
  return {
    signal: [
      ...(clock === undefined ? [] : [{ name: plainText(clock), wave: 'p'.padEnd(cycles.length, '.') }]),
      ...lanes,
    ],
    ...(Object.keys(head).length === 0 ? {} : { head }),
    config: { hscale: Math.max(1, ...lanes.map(neededScale)) },
  };
}

function drawLane(signal: WaveSignal & { readonly values: (number | bigint)[] }): WaveLane {
  const name = plainText(signal.name);
  const labels = signal.values.map((value) => labelOf(signal, value));
  const changes = labels.map((label, i) => i === 0 || label !== labels[i - 1]);
  if (signal.width === 1) return { name, wave: labels.map((label, i) => (changes[i] ? label : '.')).join('') };
  return {
    name,
    wave: changes.map((change) => (change ? '=' : '.')).join(''),
    data: labels.filter((_, i) => changes[i]).map(shorten),
  };
}

function labelOf({ width, signed = false }: WaveSignal, value: number | bigint): string {
  const integer = BigInt(value);
  if (signed && width > 1) return BigInt.asIntN(width, integer).toString();
  return BigInt.asUintN(width, integer).toString(16);
}

// What two long values have in common is shortened alike; only the labels are, not what counts as a change.
function shorten(label: string): string {
  const half = (longestLabel - 2) / 2;
  return label.length <= longestLabel ? label : `${label.slice(0, half)}…${label.slice(-half)}`;
}

/** Widening at which each label of a lane fits into the cycles that it stands for. */
function neededScale({ wave, data = [] }: WaveLane): number {
  const runs = wave.match(/=\.*/g) ?? [];
  const needs = runs.map((run, i) => {
    return Math.ceil((data[i]!.length * pixels.character + pixels.ends) / (pixels.cycle * run.length));
  });
  return Math.max(1, ...needs);
}

/** Text that WaveDrom and XML take as it is: WaveDrom reads `<b>` and its like as markup. */
function plainText(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\0-\x1f\x7f\ufffe\uffff]/g, '\ufffd').replace(/<(?=\/?[a-z]+>)/g, '<\u200b') || ' ';
}
