// SPDX-License-Identifier: Apache-2.0
// The slowest path of a placement, out of nextpnr's report, by names of the RTL.

import { rtlName } from './rtl-names.ts';

/** A step of a path in nextpnr's report. */
export interface ReportedStep {
  readonly type: string;
  /** Nanoseconds. */
  readonly delay: number;
  readonly from: { readonly cell: string; readonly port: string };
  readonly to: { readonly cell: string; readonly port: string };
  readonly net?: string;
}

/** A path in nextpnr's report. */
export interface ReportedPath {
  readonly from: string;
  readonly to: string;
  readonly path: readonly ReportedStep[];
}

/** The slowest path between two registers of one clock. */
export interface CriticalPath {
  /** Signal whose register it starts at. */
  readonly from: string;
  /** Signal whose register it ends at. */
  readonly to: string;
  /** Signals on its way, each once. */
  readonly through: readonly string[];
  readonly nanoseconds: number;
  /** Of that, in look-up tables, carries and registers. */
  readonly logic: number;
  /** Of that, in wires. */
  readonly routing: number;
}

const withoutBit = (name: string): string => name.replace(/\[\d+\]$/, '');

/** What a path says; `outputs` are nets by the cell that drives them. */
function pathOf({ path }: ReportedPath, outputs: ReadonlyMap<string, string>): CriticalPath {
  const routing = path.reduce((sum, { type, delay }) => sum + (type === 'routing' ? delay : 0), 0);
  const nanoseconds = path.reduce((sum, { delay }) => sum + delay, 0);
  const last = path.at(-1)!;
  const nets = path.flatMap(({ net }) => (net === undefined ? [] : [rtlName(net)]));
  const from = nets.find((name) => name !== '') ?? rtlName(path[0]!.to.cell);
  // A cell is named after a signal near it; a register's own is the net that it drives.
  const to = rtlName(outputs.get(last.to.cell) ?? '') || rtlName(last.to.cell);
  const through = [...new Set(nets.map((name) => withoutBit(name)))].filter(
    (name) => name !== '' && name !== withoutBit(from) && name !== withoutBit(to),
  );
  return { from, to, through, nanoseconds, logic: nanoseconds - routing, routing };
}

/**
 * The slowest path whose ends are registers; undefined where there is none.
 * @param outputs nets by the cell that drives them
 */
export function criticalPath(
  paths: readonly ReportedPath[],
  outputs: ReadonlyMap<string, string> = new Map(),
): CriticalPath | undefined {
  const clocked = paths.filter(({ from, to, path }) => from === to && !from.startsWith('<async>') && path.length > 0);
  return clocked.map((one) => pathOf(one, outputs)).toSorted((a, b) => b.nanoseconds - a.nanoseconds)[0];
}
