// SPDX-License-Identifier: Apache-2.0
// From a path such as `gen_lane[2].fifo_u.mem` to the variable behind it, and to
// the names by which Verilator takes it: one in a configuration file, another at
// run time.

import { describe } from '../values.ts';
import type { Design, ModuleType, Scope, SignalType, VariableType } from './design.ts';
import { nearest } from './nearest.ts';
import type { Refusal } from './shape.ts';

/** An internal signal. */
export interface FoundSignal extends SignalType {
  /** Module that declares it, as in the source. */
  readonly module: string;
  /** Its name in the module. */
  readonly variable: string;
  /** Scope at run time, for example `TOP.fifo.gen_lane[2].fifo_u`. */
  readonly scope: string;
  /** Its name at run time: one of these, as Verilator 5.006 wants escaped names plain and 5.030 as in the source. */
  readonly runtimeNames: readonly string[];
  /** Lines of a Verilator configuration file that make it reachable at run time, in every instance of the module. */
  readonly publicLines: readonly string[];
}

/** How far a path could be followed. */
interface Reached {
  readonly module: ModuleType;
  readonly scope: Scope;
  /** Names on the way. */
  readonly names: readonly string[];
  /** What is left of the path. */
  readonly rest: string;
}

/**
 * Finds an internal signal, or a port, by its path relative to the top.
 * @throws {RangeError} when there is none, naming what there is, or when it is no bits.
 */
export function findSignal(design: Design, path: string): FoundSignal {
  const root = design.modules.get(design.root)!;
  const start: Reached = { module: root, scope: root, names: [], rest: path };
  let furthest = start;
  // Names may hold dots, so every way of cutting the path is tried.
  for (const ahead = [start]; ahead.length > 0;) {
    const reached = ahead.pop()!;
    const variable = reached.scope.variables.get(reached.rest);
    if (variable !== undefined) return found(design, path, reached, variable);
    if (reached.names.length > furthest.names.length) furthest = reached;
    ahead.push(...stepsFrom(design, reached));
  }
  throw unknownSignal(design, path, furthest);
}

function stepsFrom(design: Design, { module, scope, names, rest }: Reached): Reached[] {
  const steps: Reached[] = [];
  for (let dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.', dot + 1)) {
    const name = rest.slice(0, dot);
    const step = { names: [...names, name], rest: rest.slice(dot + 1) };
    const block = scope.blocks.get(name);
    if (block !== undefined) steps.push({ module, scope: block, ...step });
    const inner = design.modules.get(scope.instances.get(name) ?? '');
    if (inner !== undefined) steps.push({ module: inner, scope: inner, ...step });
  }
  return steps;
}

function found(design: Design, path: string, { module, names, rest }: Reached, variable: VariableType): FoundSignal {
  const { shape, encoded } = variable;
  if ('refused' in shape) throw signalRefusal(path, shape);
  return {
    name: path,
    ...shape,
    module: module.name,
    variable: rest,
    scope: ['TOP', design.top, ...names].join('.'),
    runtimeNames: /^[A-Za-z_][\w$]*$/.test(rest) ? [rest] : [rest, `\\${rest} `],
    publicLines: publicLines([module.name, rest], [module.encoded, encoded]),
  };
}

/** The error for a signal that is no bits. */
export function signalRefusal(path: string, { refused }: Refusal): RangeError {
  return new RangeError(
    `Expected expose to name signals that are bits or arrays of bits, but received ${describe(path)}, ` +
      `which is ${refused}.`,
  );
}

// Verilator 5.048 takes names as in the source, 5.038 and older in the spelling of C++; neither minds the other's.
function publicLines(...spellings: readonly (readonly [module: string, variable: string])[]): string[] {
  const lines = spellings
    .filter((names) => names.every((name) => !/["\\\n]/.test(name)))
    .map(([module, variable]) => `public_flat_rw -module "${module}" -var "${variable}"`);
  return [...new Set(lines)];
}

/** Names listed in a message. */
const listed = 12;

function unknownSignal(design: Design, path: string, { scope, names, rest }: Reached): RangeError {
  const usable = [...scope.variables].filter(([, { shape }]) => !('refused' in shape)).map(([name]) => name);
  const inner = [...scope.blocks.keys(), ...scope.instances.keys()].filter((name) => !/^unnamedblk\d+$/.test(name));
  const here = names.length === 0 ? design.top : names.join('.');
  const near = nearest(rest.includes('.') ? rest.slice(0, rest.indexOf('.')) : rest, [...usable, ...inner]);
  const hint =
    near === undefined
      ? `${here} has ${shortList([...usable, ...inner.map((name) => `${name}.…`)])}`
      : `did you mean ${[...names, near].join('.')}?`;
  const end = hint.endsWith('?') ? '' : '.';
  return new RangeError(
    `Expected expose to name signals of ${design.top}, but received ${describe(path)}; ${hint}${end}`,
  );
}

function shortList(names: readonly string[]): string {
  if (names.length === 0) return 'no signals';
  const more = names.length > listed ? ` and ${names.length - listed} more` : '';
  return names.slice(0, listed).join(', ') + more;
}
