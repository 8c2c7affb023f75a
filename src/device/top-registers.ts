// SPDX-License-Identifier: Apache-2.0
// Reads and writes the accelerator's registers on its AXI4-Lite port, one access at a time and without processes: a read
// takes two clocks, a write three.

import type { Simulation } from '../../sim/index.ts';
import { DeviceFault } from './device-fault.ts';
import { REGISTERS } from './registers.ts';

/** Name of a register. */
export type RegisterName = keyof typeof REGISTERS;

/** Clocks in which each step of an access must be taken. */
const PATIENCE = 100;

/** Runs clocks up to and with the one in which a signal is high. */
function pass(sim: Simulation, signal: string, what: string): void {
  for (let clocks = 0; clocks < PATIENCE; clocks++) {
    sim.eval();
    const isTaken = sim.dut[signal] === 1;
    if (isTaken) return;
    sim.tick();
  }
  throw new DeviceFault(`Expected ${what} within ${PATIENCE} clocks, but ${signal} stays 0.`);
}

/** Answers by code; the accelerator gives no others. */
function checkAnswer(response: unknown, what: string): void {
  if (response !== 0) throw new DeviceFault(`Expected ${what} to be answered with OKAY, but received SLVERR.`);
}

/** Reads a register. */
export function readRegister(sim: Simulation, name: RegisterName): number {
  const { dut } = sim;
  const what = `the accelerator to answer a read of ${name}`;
  dut['s_axil_araddr'] = REGISTERS[name].offset;
  dut['s_axil_arvalid'] = 1;
  pass(sim, 's_axil_arready', what);
  sim.tick();
  dut['s_axil_arvalid'] = 0;
  dut['s_axil_rready'] = 1;
  pass(sim, 's_axil_rvalid', what);
  const value = Number(dut['s_axil_rdata']);
  checkAnswer(dut['s_axil_rresp'], what);
  sim.tick();
  dut['s_axil_rready'] = 0;
  return value;
}

/** Writes a register. */
export function writeRegister(sim: Simulation, name: RegisterName, value: number): void {
  const { dut } = sim;
  const what = `the accelerator to answer a write of ${name}`;
  Object.assign(dut, { s_axil_awaddr: REGISTERS[name].offset, s_axil_wdata: value, s_axil_wstrb: 15 });
  dut['s_axil_awvalid'] = 1;
  dut['s_axil_wvalid'] = 1;
  // Both are taken in the same clock, as nothing else is under way.
  pass(sim, 's_axil_awready', what);
  pass(sim, 's_axil_wready', what);
  sim.tick();
  dut['s_axil_awvalid'] = 0;
  dut['s_axil_wvalid'] = 0;
  dut['s_axil_bready'] = 1;
  pass(sim, 's_axil_bvalid', what);
  checkAnswer(dut['s_axil_bresp'], what);
  sim.tick();
  dut['s_axil_bready'] = 0;
}

/** Bits of a register's fields, each at its largest. */
export function fieldBits<Name extends RegisterName>(
  name: Name,
  ...fields: readonly (keyof (typeof REGISTERS)[Name]['fields'])[]
): number {
  const known: Readonly<Record<string, { low: number; width: number }>> = REGISTERS[name].fields;
  let bits = 0;
  for (const field of fields) {
    const { low, width } = known[field as string]!;
    bits += (2 ** width - 1) * 2 ** low;
  }
  return bits;
}

/** Fields of a register that are not 0 in a value. */
export function fieldsIn(name: RegisterName, value: number): string[] {
  const known: Readonly<Record<string, { low: number; width: number }>> = REGISTERS[name].fields;
  return Object.entries(known).flatMap(([field, { low, width }]) =>
    Math.floor(value / 2 ** low) % 2 ** width === 0 ? [] : [field],
  );
}
