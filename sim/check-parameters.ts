// SPDX-License-Identifier: Apache-2.0
// Parameters that a design took for something else than was given: Verilog cuts a number to its parameter's type without
// a word, and rounds a fraction.

import type { Design } from './design/index.ts';
import type { ParameterValue } from './options.ts';

/**
 * Compares parameters with what the design made of them.
 * @throws {RangeError} naming the first that does not fit its type.
 */
export function checkParameters(
  given: Readonly<Record<string, ParameterValue>>,
  { params }: Pick<Design, 'params'>,
): void {
  for (const [name, value] of Object.entries(given)) {
    const taken = params.find((one) => one.name === name);
    // Text is a number in Verilog, too: that of its characters.
    if (taken === undefined || typeof value === 'string' || taken.type === 'real') continue;
    if (taken.type === 'string') {
      throw new RangeError(`Expected params.${name} to be a string, but received ${value}.`);
    }
    if (typeof value === 'number' && !Number.isInteger(value)) {
      throw new RangeError(`Expected params.${name} to be an integer, but received ${value}.`);
    }
    if (BigInt(taken.value) === BigInt(value)) continue;
    throw new RangeError(
      `Expected params.${name} to fit its type, but received ${value}, which it takes for ${taken.value}.`,
    );
  }
}
