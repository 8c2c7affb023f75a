// SPDX-License-Identifier: Apache-2.0
// Which inputs a property drives, values for all of them, and writing those.

import { record, type Arbitrary } from 'fast-check';
import { describe } from '../values.ts';
import { findPort, type CheckedPort, type DrivenModel } from './checked.ts';
import { portValue } from './port-value.ts';

// `clk`, `aclk`, `wr_clk_i`, `s_axi_aclk`, `clock2`; `rst`, `rst_n`, `aresetn`, `presetn`, `nrst`, `rst_ni`.
const clockName = /(?:^|_)[a-z]*cl(?:k|ock)\d*(?:_|$)/i;
const resetName = /(?:^|_)[anps]{0,2}(?:rst|reset)n?\d*(?:_|$)/i;

/** Whether a port is an input of one bit that is named like a clock. */
export function isClock(name: string, port: CheckedPort): boolean {
  return isSingleInput(port) && clockName.test(name);
}

/** Inputs that carry data: all but those of one bit that are named like a clock or a reset. */
export function dataInputs({ ports }: Pick<DrivenModel<never>, 'ports'>): string[] {
  return Object.keys(ports).filter((name) => {
    const port = ports[name]!;
    const isReset = isSingleInput(port) && resetName.test(name);
    return port.direction === 'input' && !isReset && !isClock(name, port);
  });
}

function isSingleInput({ direction, width, dims }: CheckedPort): boolean {
  return direction === 'input' && width === 1 && dims.length === 0;
}

/** An input by name; an inout can be read alone. */
export function findInput(model: Pick<DrivenModel<never>, 'top' | 'ports'>, name: string): CheckedPort {
  const port = findPort(model, name);
  if (port.direction === 'input') return port;
  throw new TypeError(`Expected an input of ${model.top}, but received ${port.direction} port ${name}.`);
}

/**
 * Values of all inputs, by name; {@link drive} writes them.
 * @param names inputs to give values. @defaultValue all but those of one bit that are named like a clock or a reset
 * @example
 * await checkDesign(Alu, inputValues(Alu), (sim, inputs) => { drive(sim, inputs); sim.eval(); … });
 */
export function inputValues<Sim extends { readonly dut: object }, Name extends keyof Sim['dut'] & string>(
  model: DrivenModel<Sim>,
  names?: readonly Name[],
): Arbitrary<Pick<Sim['dut'], Name>> {
  const inputs = names ?? dataInputs(model);
  const values = inputs.map((name) => [name, portValue(findInput(model, name))]);
  return record(Object.fromEntries(values)) as unknown as Arbitrary<Pick<Sim['dut'], Name>>;
}

/** Writes values to ports, arrays element by element. They take effect with the next evaluation. */
export function drive(sim: { readonly dut: object }, values: object): void {
  const dut = sim.dut as Record<string, unknown>;
  for (const [name, value] of Object.entries(values)) {
    if (ArrayBuffer.isView(value)) elementsOf(name, dut[name], value).set(value);
    else dut[name] = value;
  }
}

function elementsOf(name: string, port: unknown, value: unknown): { set(values: unknown): void } {
  if (ArrayBuffer.isView(port)) return port as unknown as { set(values: unknown): void };
  throw new TypeError(`Expected a number or a bigint for port ${name}, but received ${describe(value)}.`);
}
