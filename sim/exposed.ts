// SPDX-License-Identifier: Apache-2.0
// Where exposed signals lie in the generated code. Verilator lists public
// variables in Vdut__Syms*.cpp, so that programs can find them by name at run
// time; here the list is read when the model is built, and the compiler gets
// the members themselves. It also has the arrays that old versions list, but
// cannot find.

import { unescapeText } from './design/constant.ts';
import type { FoundSignal } from './design/index.ts';
import { elementCount, storageBytes, type SignalLayout } from './ports.ts';

/** An internal signal, called by its path, with its place in the generated code. */
export interface ExposedLayout extends SignalLayout {
  readonly direction: 'internal';
  /** Member expression, for example `TOP.fifo__DOT__mem`. */
  readonly member: string;
}

/** A signal to expose, and the path by which it was asked for. */
export type ExposedSignal = FoundSignal & { readonly path: string };

/** Verilator's configuration that keeps signals and makes them public. */
export function exposeText(signals: readonly FoundSignal[]): string {
  const lines = new Set(signals.flatMap(({ publicLines }) => publicLines));
  return `\`verilator_config\n${[...lines].map((line) => `${line}\n`).join('')}`;
}

/**
 * Storage of exposed signals.
 * @param symbols text of Vdut__Syms*.cpp.
 * @throws {RangeError} for a signal that Verilator does not list.
 */
export function layoutExposed(signals: readonly ExposedSignal[], symbols: string): ExposedLayout[] {
  const members = publicMembers(symbols);
  return signals.map(({ path, width, signed, dims, scope, runtimeNames }) => {
    const member = runtimeNames.map((name) => members.get(`${scope} ${name}`)).find((one) => one !== undefined);
    if (member === undefined) {
      throw new RangeError(`Expected expose to name signals that Verilator can keep, but received ${path}.`);
    }
    const [bytes, elements] = [storageBytes(width), elementCount(dims)];
    return { name: path, direction: 'internal', width, signed, dims, bytes, elements, member };
  });
}

/** The list that model.cpp includes. */
export function exposedInclude(exposed: readonly ExposedLayout[]): string {
  return exposed.map(({ member }, i) => `EXPOSED(${i}, ${member})\n`).join('');
}

//   __Vscope_top.configure(this, name(), "top", …);   or, from 5.04x on, __Vscopep_top = new VerilatedScope{this, "top", …};
//   __Vscope_top.varInsert(__Vfinal,"mem", &(TOP.top__DOT__mem), …);   or __Vscopep_top->varInsert("mem", &(TOP…), …);
function publicMembers(symbols: string): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  const text = String.raw`"((?:[^"\\]|\\.)*)"`;
  const scope = new RegExp(
    String.raw`(__Vscopep?_\w+)(?:\.configure\(this, name\(\)| = new VerilatedScope\{this), ${text}`,
    'g',
  );
  const variable = new RegExp(
    String.raw`(__Vscopep?_\w+)(?:\.|->)varInsert\((?:__Vfinal,\s*)?${text}, &\(([\w.]+)\)`,
    'g',
  );
  for (const [, object = '', name = ''] of symbols.matchAll(scope)) scopes.set(object, unescapeText(name));
  const members = new Map<string, string>();
  for (const [, object = '', name = '', member = ''] of symbols.matchAll(variable)) {
    members.set(`TOP.${scopes.get(object) ?? ''} ${unescapeText(name)}`, member);
  }
  return members;
}
