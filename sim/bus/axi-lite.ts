// SPDX-License-Identifier: Apache-2.0
// What both sides of AXI4-Lite share: channels on ports with one prefix, and
// responses. A design may have the writing half or the reading half alone.

import type { HandshakePorts } from './channel.ts';
import { checkOptions } from './options.ts';
import { optionalPort, type BusSimulation } from './simulation.ts';
import type { StallPattern } from './stall.ts';

/** Responses by code. */
export const axiResponses = ['OKAY', 'EXOKAY', 'SLVERR', 'DECERR'] as const;

/** How an access ended. AXI4-Lite has no EXOKAY. */
export type AxiResponse = 'OKAY' | 'SLVERR' | 'DECERR';

/** The five channels. */
export type AxiLiteChannel = 'aw' | 'w' | 'b' | 'ar' | 'r';

/** When to hold back, by channel. */
export type AxiLiteStalls = { readonly [channel in AxiLiteChannel]?: StallPattern };

const required: Readonly<Record<AxiLiteChannel, readonly string[]>> = {
  aw: ['addr'],
  w: ['data'],
  b: [],
  ar: ['addr'],
  r: ['data'],
};
const optional: Readonly<Record<AxiLiteChannel, readonly string[]>> = {
  aw: ['prot'],
  w: ['strb'],
  b: ['resp'],
  ar: ['prot'],
  r: ['resp'],
};

/** Checks which channels are told to stall. */
export function checkStalls(owner: string, stalls: AxiLiteStalls | undefined): void {
  if (stalls !== undefined) checkOptions(`stall of ${owner}`, stalls, Object.keys(required));
}

/** Fields of any channel. */
export type AxiLiteField = 'addr' | 'prot' | 'data' | 'strb' | 'resp';

/** Ports of one channel; a port that is missing is named by who checks them. */
export function channelPorts(
  sim: BusSimulation,
  prefix: string,
  channel: AxiLiteChannel,
): HandshakePorts<AxiLiteField> {
  const payload: Partial<Record<AxiLiteField, string>> = {};
  for (const field of required[channel]) payload[field as AxiLiteField] = `${prefix}${channel}${field}`;
  for (const field of optional[channel]) {
    const port = optionalPort(sim, `${prefix}${channel}${field}`);
    if (port !== undefined) payload[field as AxiLiteField] = port;
  }
  const base = `${prefix}${channel}`;
  return { valid: `${base}valid`, ready: `${base}ready`, payload: payload as Record<AxiLiteField, string> };
}

/** Ports that one side drives: valid and payload of what it sends, ready of what it hears. */
export function drivenPorts(
  sim: BusSimulation,
  prefix: string,
  sent: readonly AxiLiteChannel[],
  heard: readonly AxiLiteChannel[],
): string[] {
  const sending = sent.flatMap((channel) => {
    const { valid, payload } = channelPorts(sim, prefix, channel);
    return [valid, ...Object.values(payload)];
  });
  return [...sending, ...heard.map((channel) => `${prefix}${channel}ready`)];
}

/** Which halves a design has. */
export function halves(sim: BusSimulation, prefix: string): { readonly writes: boolean; readonly reads: boolean } {
  const writes = `${prefix}awvalid` in sim.dut;
  const reads = `${prefix}arvalid` in sim.dut;
  if (writes || reads) return { writes, reads };
  const buses = Object.keys(sim.dut).flatMap((name) => (/a[wr]valid$/.test(name) ? [name.slice(0, -7)] : []));
  const known = [...new Set(buses)].map((it) => `"${it}"`).join(', ') || 'none, as no port ends in awvalid or arvalid';
  throw new TypeError(`Expected prefix to be that of an AXI4-Lite bus (${known}), but received "${prefix}".`);
}

/** An access ended with another response than was expected. */
export class AxiResponseError extends Error {
  override readonly name = 'AxiResponseError';
  readonly access: 'read' | 'write';
  readonly address: number | bigint;
  readonly expected: AxiResponse;
  readonly received: string;
  readonly cycle: number;

  constructor(
    access: 'read' | 'write',
    address: number | bigint,
    expected: AxiResponse,
    received: string,
    cycle: number,
  ) {
    const at = `0x${address.toString(16)}`;
    super(`Expected the ${access} at ${at} to end with ${expected}, but received ${received} in cycle ${cycle}.`);
    this.access = access;
    this.address = address;
    this.expected = expected;
    this.received = received;
    this.cycle = cycle;
  }
}
