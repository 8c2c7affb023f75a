// SPDX-License-Identifier: Apache-2.0
// Reads one pickle. Only names of the given world can be used; everything else
// that a pickle can say is an error.

import type { ByteReader } from './byte-reader.ts';
import { opcodeOf, refusedOpcodes } from './pickle-opcodes.ts';
import { PickleMachine, type PickleWorld } from './pickle-machine.ts';
import type { PickleValue } from './pickle-value.ts';

const protocolOpcode = 0x80;
const stopOpcode = 0x2e;
const instOpcode = 0x69;

/** Highest protocol there is. */
const maxProtocol = 5;

/** A pickle's value, and the steps taken in its file so far. */
export interface Unpickled {
  readonly value: PickleValue;
  readonly steps: number;
}

/**
 * Reads the pickle where a reader stands, and leaves it after its end.
 * @param steps steps taken by pickles before this one in the same file
 * @throws {RangeError} naming the file, and what it uses that is not allowed.
 */
export function unpickle(reader: ByteReader, world: PickleWorld, steps = 0): Unpickled {
  const machine = new PickleMachine(reader, world, steps);
  for (;;) {
    machine.work(1);
    const byte = reader.unsigned(1);
    if (byte === stopOpcode) return { value: machine.end(), steps: machine.steps };
    if (byte === protocolOpcode) checkProtocol(machine, reader.unsigned(1));
    else (opcodeOf.get(byte) ?? refuse(machine, byte))(machine);
  }
}

function checkProtocol(machine: PickleMachine, protocol: number): void {
  if (protocol <= maxProtocol) return;
  throw machine.fault(`be of pickle protocol 0 to ${maxProtocol}`, String(protocol));
}

function refuse(machine: PickleMachine, byte: number): never {
  const { reader } = machine;
  if (byte === instOpcode) machine.refuseGlobal(reader.line(), reader.line());
  const name = refusedOpcodes.get(byte);
  const received = name === undefined ? `the byte ${byte}, which is no opcode` : `the opcode ${name}`;
  throw machine.fault('build tensors and ordered dictionaries only', received);
}
