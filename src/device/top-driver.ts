// SPDX-License-Identifier: Apache-2.0
// Speaks to the simulated accelerator as a host does: packets on its two streams, registers on AXI4-Lite. It takes any
// simulation with the ports of rtl/adder_top.v. What leaves is collected natively; a beat that goes in costs a step of
// JavaScript beside its clock.

import { type Simulation, SimulationError } from '../../sim/index.ts';
import type { Configuration } from '../compile/index.ts';
import type { LayerCounters } from '../cycles/index.ts';
import { complaintOf } from './complaints.ts';
import { countersOf } from './counter-order.ts';
import { DeviceFault } from './device-fault.ts';
import { headerOf, type Packet, resultPacket, type ResultPacket, resultParts } from './packets.ts';
import { REGISTERS } from './registers.ts';
import { fieldBits, readRegister, writeRegister } from './top-registers.ts';

/** Clocks without a beat taken after which the accelerator is taken for one that takes none. */
const PATIENCE = 10_000_000;

/** Clears what a random power-up left; results are taken from then on whenever they come. */
export function resetTop(sim: Simulation): void {
  const inputs = [
    's_axis_tvalid',
    's_axil_awvalid',
    's_axil_wvalid',
    's_axil_bready',
    's_axil_arvalid',
    's_axil_rready',
  ];
  for (const input of [...inputs, 'hold']) sim.dut[input] = 0;
  sim.dut['m_axis_tready'] = 1;
  sim.dut['rst'] = 1;
  sim.run(2);
  sim.dut['rst'] = 0;
  sim.eval();
}

/** What is done about the clocks in which packets are sent. */
export interface Sending {
  /** Called before the clock of each beat. */
  readonly step: () => void;
  /**
   * Runs until a signal is high.
   * @returns false to give up
   */
  readonly wait: (signal: string) => boolean;
}

/** Waits for as long as a host ever would. */
function patiently(sim: Simulation): Sending {
  return {
    step: () => {},
    wait: (signal) => {
      if (waitFor(sim, signal, PATIENCE)) return true;
      throw new DeviceFault(
        `Expected the accelerator to take a beat of a packet within ${PATIENCE} clocks, but it took none.`,
      );
    },
  };
}

/** Sends beats, one a clock wherever the accelerator takes them; false where the wait was given up. */
function sendBeats(
  sim: Simulation,
  beats: Uint32Array,
  parts: number,
  { step, wait }: Sending,
  endsPacket: boolean,
): boolean {
  const { dut } = sim;
  const data = sim.words('s_axis_tdata');
  dut['s_axis_tlast'] = 0;
  dut['s_axis_tvalid'] = 1;
  for (let at = 0; at < beats.length; at += parts) {
    data.set(beats.subarray(at, at + parts));
    if (endsPacket && at + parts === beats.length) dut['s_axis_tlast'] = 1;
    // Ready follows from registers alone: after an edge it is that of the next one.
    if (dut['s_axis_tready'] === 0 && !wait('s_axis_tready')) return false;
    step();
    sim.tick();
  }
  dut['s_axis_tvalid'] = 0;
  return true;
}

/**
 * Sends a packet.
 * @param parts 32-bit parts of a beat
 * @returns false where the wait was given up, after which the accelerator needs a reset
 */
export function sendPacket(sim: Simulation, packet: Packet, parts: number, sending: Sending = patiently(sim)): boolean {
  const header = headerOf(packet, parts);
  return sendBeats(sim, header, parts, sending, false) && sendBeats(sim, packet.words, parts, sending, true);
}

/** Collects what leaves on M_AXIS from now on. */
export class ResultReader implements Disposable {
  readonly #sim: Simulation;
  readonly #capture: Disposable & { take(): { data: Uint32Array; last: Uint32Array; count: number } };
  readonly #packets: Uint32Array[] = [];
  readonly #parts: number;
  #open: Uint32Array[] = [];

  constructor(sim: Simulation, configuration: Configuration) {
    this.#sim = sim;
    this.#parts = resultParts(configuration);
    const signals = { data: 'm_axis_tdata', last: 'm_axis_tlast' };
    this.#capture = sim.capture({ when: 'm_axis_tvalid', signals });
  }

  /**
   * Takes the next packet, which is there or on its way.
   * @param images images of its batch
   * @param max clocks in which it must come
   * @throws {DeviceFault} when it does not come
   */
  take(images: number, max: number): ResultPacket {
    this.#collect();
    if (this.#packets.length === 0) {
      if (!waitFor(this.#sim, 'm_axis_tlast', max)) {
        throw new DeviceFault(`Expected a packet of results within ${max} clocks, but none came.`);
      }
      this.#sim.tick();
      this.#collect();
    }
    return resultPacket(this.#packets.shift()!, this.#parts, images);
  }

  #collect(): void {
    const { data, last, count } = this.#capture.take();
    let from = 0;
    for (let beat = 0; beat < count; beat++) {
      if (last[beat] === 0) continue;
      this.#open.push(data.subarray(from, (beat + 1) * this.#parts));
      this.#packets.push(joined(this.#open));
      this.#open = [];
      from = (beat + 1) * this.#parts;
    }
    if (from < data.length) this.#open.push(data.subarray(from));
  }

  [Symbol.dispose](): void {
    this.#capture[Symbol.dispose]();
  }
}
function joined(pieces: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * Runs until a signal is high.
 * @returns false where it is not within `max` clocks
 */
export function waitFor(sim: Simulation, signal: string, max: number): boolean {
  try {
    sim.runUntil(signal, { max });
    return true;
  } catch (error) {
    if (error instanceof SimulationError && error.kind === 'timeout') return false;
    throw error;
  }
}

/** Lets batches wait at the gate, or start. */
function setGate(sim: Simulation, isClosed: boolean): void {
  const interrupts = fieldBits('CONTROL', 'batchInterrupt', 'errorInterrupt');
  writeRegister(sim, 'CONTROL', interrupts + (isClosed ? fieldBits('CONTROL', 'gate') : 0));
}

/** Lets batches wait, makes `irq` rise when one ends or goes wrong, and limits the clocks of one. */
export function closeGate(sim: Simulation, clocksOfBatch: number): void {
  writeRegister(sim, 'WATCHDOG', clocksOfBatch);
  writeRegister(sim, 'ERRORS', 2 ** 32 - 1);
  writeRegister(sim, 'INTERRUPTS', 2 ** 32 - 1);
  setGate(sim, true);
}

/**
 * Starts the batch that waits.
 * @param holds for each clock after the start, which are run, whether taps are held back; then never
 * @returns the cycle after the start
 */
export function passGate(sim: Simulation, holds: Uint8Array): number {
  // The last clock of the write is that of the start.
  setGate(sim, false);
  const started = sim.cycle;
  if (holds.length > 0) sim.batch({ hold: holds });
  sim.dut['hold'] = 0;
  setGate(sim, true);
  return started;
}

/** Clears the interrupt; what the accelerator says is wrong, or undefined for nothing. */
export function answerInterrupt(sim: Simulation): string | undefined {
  writeRegister(sim, 'INTERRUPTS', 2 ** 32 - 1);
  return complaintOf(readRegister(sim, 'ERRORS'));
}

/** Reads the counters of one layer of the last run; see rtl/layer_counters.v. */
export function readCounters(sim: Simulation, layer: number): LayerCounters {
  return countersOf((counter) => {
    writeRegister(sim, 'COUNTER_SELECT', layer + counter * 2 ** REGISTERS.COUNTER_SELECT.fields.counter.low);
    return readRegister(sim, 'COUNTER_LOW') + readRegister(sim, 'COUNTER_HIGH') * 2 ** 32;
  });
}
