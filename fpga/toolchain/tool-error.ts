// SPDX-License-Identifier: Apache-2.0
// A program that refused its input, in one line.

import type { ToolName } from './toolchain.ts';

/** Lines that say what is wrong, in the words of Yosys, nextpnr and icepack. */
const FAULT = /^(.*\b)?(ERROR|Error|terminate called|fatal)\b.*$/m;

/** A program ended with an error; what it printed is kept for those who know what it means. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly tool: ToolName;
  readonly output: string;

  /** @param ending how it ended, where it said nothing: `it ended with 1` */
  constructor(tool: ToolName, output: string, ending: string) {
    const said = FAULT.exec(output)?.[0] ?? output.trim().split('\n').at(-1) ?? '';
    super(`Expected ${tool} to succeed, but ${ending}${said === '' ? '' : `: ${said.trim()}`}`);
    this.tool = tool;
    this.output = output;
  }
}
