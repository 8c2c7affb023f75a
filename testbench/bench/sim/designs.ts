// SPDX-License-Identifier: Apache-2.0
// The designs that the simulator's figures are about, and how they are built.

import { join } from 'node:path';
import { packageRoot } from '../../../sim/addon/package-root.ts';
import type { BuildOptions } from '../../../sim/index.ts';
import { startPlain, type PlainProgram } from '../support/plain-program.ts';
import type { PlainMainOptions } from '../support/plain-main.ts';

/** A small counter. */
export interface CounterTypes {
  ports: { clk: number; rst: number; en: number; readonly count: number };
}

/** A RISC-V core of 8,875 generic cells with 16 KiB of memory, running a program. */
export interface SocTypes {
  ports: { clk: number; rst: number; irq: number; readonly checksum: number; readonly trap: number };
}

/** A port of each kind. */
export interface EchoTypes {
  ports: {
    clk: number;
    in_8: number;
    in_16: number;
    in_32: number;
    in_53: number;
    in_128: bigint;
    readonly out_8: number;
    readonly out_16: number;
    readonly out_32: number;
    readonly out_53: number;
    readonly out_128: bigint;
  };
}

const folder = join(packageRoot(), 'testbench', 'bench');

/** Absolute path of a design's source. */
export function verilogFile(name: string): string {
  return join(folder, 'verilog', `${name}.v`);
}

export const counterOptions: BuildOptions = { top: 'tick_counter', sources: [verilogFile('tick_counter')] };
export const socOptions: BuildOptions = { top: 'soc', sources: [verilogFile('rv32'), verilogFile('soc')] };
export const clusterOptions: BuildOptions = {
  top: 'cluster',
  sources: [verilogFile('rv32'), verilogFile('soc'), verilogFile('cluster')],
};
export const echoOptions: BuildOptions = { top: 'echo', sources: [verilogFile('echo')] };

/** Absolute path of a plain program's source. */
export function mainFile(name: string): string {
  return join(folder, 'native', `${name}-main.cpp`);
}

/** Starts `native/NAME-main.cpp` over a model's generated code. */
export function startMain(name: string, model: PlainMainOptions['model']): Promise<PlainProgram> {
  return startPlain({ model, source: mainFile(name), onProgress: note });
}

/** Tells the user what takes time. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Nanoseconds a piece. */
export function nanoseconds(seconds: number, count: number): number {
  return (seconds * 1e9) / count;
}

/** Script that does a piece of work in a process of its own. */
export const processScript: string = join(import.meta.dirname, 'process.js');
