// SPDX-License-Identifier: Apache-2.0
// Columns of inputs for `sim.batch`: some cycles, each with a value for each port.

import { tuple, type Arbitrary } from 'fast-check';
import { describe, widestNumber, wordBits, wordCount } from '../values.ts';
import type { CheckedPort, DrivenModel } from './checked.ts';
import { dataInputs, findInput } from './inputs.ts';
import { narrowArray, singleValue, type PortElements } from './port-value.ts';
import { rowsOf } from './rows.ts';
import { toWords } from './words.ts';

/** What {@link stimulus} is told. */
export interface StimulusOptions<Name extends string = string> {
  /** Most cycles, from 1. */
  readonly maxCycles: number;
  /** Fewest cycles, from 1. @defaultValue 1 */
  readonly minCycles?: number;
  /** Inputs to drive. @defaultValue all that have one value, but for those of one bit named like a clock or a reset */
  readonly ports?: readonly Name[];
}

/** Columns by port, each with one value (or all words of one) for each cycle. */
export type Stimulus<Name extends string = string> = { readonly [name in Name]: PortElements };

/**
 * Inputs for some cycles, as `sim.batch` takes them. They shrink to fewer cycles and smaller values.
 * @example
 * await checkDesign(Fifo, stimulus(Fifo, { maxCycles: 200 }), (sim, inputs) => {
 *   const { full, empty } = sim.batch(inputs, ['full', 'empty']);
 *   …
 * });
 */
export function stimulus<Sim extends { readonly dut: object }, Name extends keyof Sim['dut'] & string>(
  model: DrivenModel<Sim>,
  options: StimulusOptions<Name>,
): Arbitrary<Stimulus<Name>> {
  const { minCycles = 1, maxCycles } = options;
  checkCycles('minCycles', minCycles, 1);
  checkCycles('maxCycles', maxCycles, minCycles);
  const names = options.ports ?? dataInputs(model).filter((name) => model.ports[name]!.dims.length === 0);
  const ports = names.map((name) => {
    const port = findInput(model, name);
    if (port.dims.length === 0) return port;
    throw new RangeError(`Expected ports with one value, but received ${name}, which is an array.`);
  });
  if (ports.length === 0) throw new RangeError(`Expected ${model.top} to have an input to drive, but received none.`);
  const rows = rowsOf(tuple(...ports.map((port) => singleValue(port))), minCycles, maxCycles);
  return rows.map((all) => {
    return Object.fromEntries(
      names.map((name, i) => [
        name,
        columnOf(
          ports[i]!,
          all.map((values) => values[i]!),
        ),
      ]),
    );
  }) as unknown as Arbitrary<Stimulus<Name>>;
}

function columnOf({ width, signed }: CheckedPort, values: readonly (number | bigint)[]): PortElements {
  if (width <= wordBits) return new (narrowArray(width, signed))(values as readonly number[]);
  const integers = width <= widestNumber ? values.map(BigInt) : (values as readonly bigint[]);
  if (width <= 64) return signed ? new BigInt64Array(integers) : new BigUint64Array(integers);
  const codes = integers.map((value) => BigInt.asUintN(width, value));
  return toWords(codes, wordCount(width));
}

function checkCycles(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`Expected ${name} to be an integer of at least ${least}, but received ${describe(value)}.`);
}
