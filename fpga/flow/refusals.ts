// SPDX-License-Identifier: Apache-2.0
// Why nextpnr refused a design: it is too large, or a pin is wrong. In words of the one who asked.

import { largestArray, smallerBuffer } from './largest.ts';
import type { Synthesis } from './synthesize.ts';
import { PART_NAMES, printedUtilization, type Utilization } from './utilization.ts';

/** A design takes more than its FPGA has. */
export class MisfitError extends RangeError {
  override readonly name = 'MisfitError';
  /** Parts of which there are too few. */
  readonly over: Utilization;

  constructor(message: string, over: Utilization) {
    super(message);
    this.over = over;
  }
}

/** nextpnr's name of an iCE40's logic cells. */
const LOGIC = 'ICESTORM_LC';

const shown = (count: number): string => count.toLocaleString('en-US');

/** An error that says what there is too little of, by how much, and what would fit; undefined where all fits. */
export function misfit(output: string, synthesis: Synthesis): MisfitError | undefined {
  const { design } = synthesis;
  const all = Object.entries(printedUtilization(output));
  const crowded = /unable to (find|place)|failed to (place|expand)|no (more )?(placeable )?bels?/i.test(output);
  const beyondAll = all.filter(([, { used, available }]) => used > available);
  // Where nothing is over, it is logic that leaves the placer no room.
  const full = all.filter(([name, { used, available }]) => name === LOGIC && crowded && used > 0.95 * available);
  const over = beyondAll.length > 0 ? beyondAll : full;
  if (over.length === 0) return undefined;
  const received = over.map(([name, { used, available }]) => {
    const beyond = used > available ? `${shown(used - available)} too many` : 'too close to all for the placer';
    return `${shown(used)} of ${shown(available)} ${PART_NAMES[name] ?? name} (${beyond})`;
  });
  const names = new Set(over.map(([name]) => name));
  const advice = [
    ...(names.has(LOGIC) ? [largestArray(synthesis, Object.fromEntries(all)[LOGIC]!)] : []),
    ...(names.has('ICESTORM_RAM') ? [smallerBuffer(synthesis, Object.fromEntries(all)['ICESTORM_RAM']!)] : []),
  ].filter((text) => text !== '');
  const ending = advice.length > 0 ? `; by estimate ${advice.join(', and ')}` : '';
  return new MisfitError(
    `Expected ${design.title} to fit ${design.device}, but received ${received.join(' and ')}${ending}.`,
    Object.fromEntries(over),
  );
}

/** An error about a file of pins, in nextpnr's words; undefined where it has none. */
export function pinFault(output: string, file: string): RangeError | undefined {
  const line = /^ERROR: (.*(?:\bpin\b|pcf|PCF|constrain|package|\bBEL\b|\bIO\b).*)$/m.exec(output)?.[1];
  if (line === undefined) return undefined;
  return new RangeError(
    `Expected ${file} to suit the FPGA's package, but received: ${line.trim().replace(/\.$/, '')}.`,
  );
}
