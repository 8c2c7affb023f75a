// SPDX-License-Identifier: Apache-2.0
// The ports of one valid/ready channel, found once. A beat passes at each edge
// that sees valid and ready high.

import { readerOf, requirePort, type BusSimulation, type BusValue, type GivenValue } from './simulation.ts';

/** Ports of one channel; `payload` gives its fields names of one's own. */
export interface HandshakePorts<Field extends string = string> {
  readonly valid: string;
  /** Without it the receiving side is always ready. */
  readonly ready?: string;
  readonly payload: { readonly [field in Field]: string };
}

/** Payload of one beat. */
export type Beat<Field extends string = string> = { readonly [field in Field]: BusValue };

/** Payload to send; fields left out are 0. */
export type GivenBeat<Field extends string = string> = { readonly [field in Field]?: GivenValue };

/** One field of the payload. */
export interface ChannelField<Field extends string> {
  readonly name: Field;
  readonly port: string;
  /** Value at the last edge. */
  readonly read: () => BusValue;
}

/** A channel as both sides and monitors see it; none of them writes through it. */
export class Channel<Field extends string> {
  readonly ports: HandshakePorts<Field>;
  readonly fields: readonly ChannelField<Field>[];
  readonly #readValid: () => BusValue;
  readonly #readReady: () => BusValue;

  constructor(sim: BusSimulation, ports: HandshakePorts<Field>) {
    const { valid, ready, payload } = ports;
    requirePort(sim, valid, 'valid');
    if (ready !== undefined) requirePort(sim, ready, 'ready');
    this.ports = ports;
    this.#readValid = readerOf(sim.before, valid);
    this.#readReady = ready === undefined ? (): number => 1 : readerOf(sim.before, ready);
    this.fields = (Object.entries(payload) as [Field, string][]).map(([name, port]) => {
      requirePort(sim, port, `payload ${name}`);
      return { name, port, read: readerOf(sim.before, port) };
    });
  }

  /** Valid at the last edge. */
  isValid(): boolean {
    return Number(this.#readValid()) !== 0;
  }

  /** Ready at the last edge. */
  isReady(): boolean {
    return Number(this.#readReady()) !== 0;
  }

  /** Payload at the last edge. */
  read(): Beat<Field> {
    const beat: Partial<Record<Field, BusValue>> = {};
    for (const { name, read } of this.fields) beat[name] = read();
    return beat as Beat<Field>;
  }
}
