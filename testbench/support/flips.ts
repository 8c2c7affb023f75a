// SPDX-License-Identifier: Apache-2.0
// An array's bitstream with single bits flipped. All that is read back from them is simulated at once, beside what is read
// back from the bitstream as it was, on the same operands; whatever differs has been noticed.

import {
  ConfigurationError,
  configurationVerilog,
  flipBit,
  type LogicBit,
  type Toolchain,
  type Unpacked,
} from '../../fpga/index.ts';
import { buildText } from './build-text.ts';

/** What came of a flipped bit. */
export type FlipOutcome =
  | 'sums differ'
  /** Outputs drive against each other, or logic feeds itself: no design gives that. */
  | 'no design'
  /** What the chip does is the same: an entry of a table for inputs that are not connected, and so never read. */
  | 'not read'
  | 'nothing seen';

/** Clocks until what registers held at power-up has left them, and those that are compared. */
const [WARM_UP, COMPARED] = [400, 8000];

/** A generator of numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A module with all copies side by side: bit k of `differs` is whether copy k + 1 differs from copy 0. */
function sideBySide({ ports }: Unpacked, copies: readonly string[]): string {
  const inputs = ports.filter(({ direction }) => direction === 'input');
  const outputs = ports.filter(({ direction }) => direction === 'output');
  const width = outputs.reduce((sum, { pins }) => sum + pins.length, 0);
  const lines = copies.map((module, k) => {
    const out = outputs.reduceRight(
      ({ at, text }, { name, pins }) => ({
        at: at + pins.length,
        text: `${text}, .${name}(out_${k}[${at} +: ${pins.length}])`,
      }),
      { at: 0, text: '' },
    ).text;
    return [
      `wire [${width - 1}:0] out_${k};`,
      `${module} copy_${k} (${inputs.map(({ name }) => `.${name}(${name})`).join(', ')}${out});`,
      ...(k === 0 ? [] : [`assign differs[${k - 1}] = out_${k} != out_0;`]),
    ].join('\n');
  });
  const header = inputs.map(({ name, pins }) => `    input [${pins.length - 1}:0] ${name}`);
  return [
    `module side_by_side (\n${header.join(',\n')},\n    output [${copies.length - 2}:0] differs\n);`,
    ...lines,
    'endmodule\n',
  ].join('\n');
}

/** How often a bit of an input is 1, where it is not half the time. */
const SHARES: Readonly<Record<string, number>> = {
  rst: 0.002,
  valid: 0.9,
  // Tiles are long now and then, so that sums reach their highest bit.
  first: 0.03,
  last: 0.2,
  row_used: 0.9,
  column_used: 0.9,
};

/** Random operands of an array, with a tile's first and last taps now and then. */
function operands({ ports }: Unpacked, random: () => number): Record<string, Uint32Array> {
  const inputs = ports.filter(({ name, direction }) => direction === 'input' && name !== 'clk');
  return Object.fromEntries(
    inputs.map(({ name, pins }) => [
      name,
      Uint32Array.from({ length: WARM_UP + COMPARED }, () =>
        pins.reduce((word, _, bit) => word | (Number(random() < (SHARES[name] ?? 0.5)) << bit), 0),
      ),
    ]),
  );
}

/**
 * What comes of flipping each of some bits, one at a time.
 * @returns for each bit what was seen; an array that is not changed shows no difference, which is checked
 */
export async function flipOutcomes(
  unpacked: Unpacked,
  bits: readonly LogicBit[],
  toolchain: Toolchain,
): Promise<FlipOutcome[]> {
  const changed = [unpacked.asc, unpacked.asc, ...bits.map((bit) => flipBit(unpacked.asc, bit))];
  const read = await Promise.all(
    changed.map(async (asc, k) => {
      const name = `copy_of_${k}`;
      try {
        return { name, text: await configurationVerilog({ ...unpacked, asc }, name, toolchain) };
      } catch (error) {
        if (error instanceof ConfigurationError) return undefined;
        throw error;
      }
    }),
  );
  const copies = read.filter((copy) => copy !== undefined);
  const texts = [
    ...copies.map(({ text }) => text),
    sideBySide(
      unpacked,
      copies.map(({ name }) => name),
    ),
  ];
  const model = await buildText('side_by_side', texts.join('\n'));
  using sim = model.create({ clock: 'clk' });
  const { differs } = sim.batch(operands(unpacked, randomFrom(7)), ['differs']);
  const parts = differs!.length / (WARM_UP + COMPARED);
  const seen = (place: number): boolean => {
    for (let clock = WARM_UP; clock < WARM_UP + COMPARED; clock++) {
      const word = Number(differs![clock * parts + (place >> 5)]);
      if ((word >>> (place & 31)) & 1) return true;
    }
    return false;
  };
  if (seen(0)) throw new Error('Expected two copies of the same bitstream to do the same, but they differ.');
  const sameAs = ({ name, text }: { name: string; text: string }): boolean =>
    text.replaceAll(name, copies[0]!.name) === copies[0]!.text;
  return read.slice(2).map((copy) => {
    if (copy === undefined) return 'no design';
    if (sameAs(copy)) return 'not read';
    return seen(copies.indexOf(copy) - 1) ? 'sums differ' : 'nothing seen';
  });
}
