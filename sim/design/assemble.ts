// SPDX-License-Identifier: Apache-2.0
// Builds a design from what either form of Verilator's description says, module
// by module.

import { decodeName } from '../ports.ts';
import { constantParameter } from './constant.ts';
import type { Design, ModuleType, ParameterType, PortType, Scope, SourcePlace, VariableType } from './design.ts';
import type { Refusal, SignalShape } from './shape.ts';

/** A variable as described. */
export interface DescribedVariable {
  /** Name in Verilator's spelling. */
  readonly encoded: string;
  readonly shape: SignalShape | Refusal;
  /** Where it is a port. */
  readonly direction?: string;
  /** Whether it is a constant: a parameter, or one that cannot be set. */
  readonly constant?: 'param' | 'localparam';
  /** Text of its constant value. */
  readonly value?: string;
}

/** An instance, or an array of them. */
export interface DescribedInstance {
  readonly encoded: string;
  readonly module: string;
  readonly range?: readonly [number, number] | undefined;
}

/** A port that is no bits; an error only when it turns out to belong to the top. */
type RefusedPort = Refusal & { readonly name: string };

/** A scope that is being filled. */
export class ScopeBuilder implements Scope {
  readonly variables: Map<string, VariableType> = new Map();
  readonly blocks: Map<string, ScopeBuilder> = new Map();
  readonly instances: Map<string, string> = new Map();
  readonly ports: (PortType | RefusedPort)[] = [];
  readonly params: ParameterType[] = [];

  /** Adds a variable, which may be a port or a parameter. */
  addVariable({ encoded, shape, direction, constant, value }: DescribedVariable): void {
    const name = decodeName(encoded);
    if ('refused' in shape && shape.refused === 'an interface') {
      // The instance of the interface has this name too.
      if (direction !== undefined) this.ports.push({ name, ...shape });
      return;
    }
    if (constant === 'param' && value !== undefined) {
      const parameter = constantParameter(name, shape, value);
      if (parameter !== undefined) this.params.push(parameter);
    }
    this.variables.set(name, { encoded, shape: constant === undefined ? shape : { refused: 'a parameter' } });
    if (direction === undefined) return;
    const known = /^(input|output|inout)$/i.test(direction);
    if ('refused' in shape) this.ports.push({ name, ...shape });
    else if (!known) this.ports.push({ name, refused: `of the direction ${direction.toLowerCase()}` });
    else this.ports.push({ name, direction: direction.toLowerCase() as PortType['direction'], ...shape });
  }

  addInstance({ encoded, module, range }: DescribedInstance): void {
    const name = decodeName(encoded);
    if (range === undefined) this.instances.set(name, module);
    else for (const index of indices(range)) this.instances.set(`${name}[${index}]`, module);
  }

  /** The block of a name, which may be there already: a block can be described in parts. */
  block(name: string): ScopeBuilder {
    const found = this.blocks.get(name) ?? new ScopeBuilder();
    this.blocks.set(name, found);
    return found;
  }
}

/** A module that is being filled. */
export class ModuleBuilder extends ScopeBuilder implements ModuleType {
  readonly name: string;
  readonly encoded: string;
  readonly place: SourcePlace;

  constructor(encoded: string, place: SourcePlace) {
    super();
    this.place = place;
    this.name = decodeName(encoded);
    this.encoded = encoded;
  }
}

/** Reads Verilator's `c,33,8,33,12` or `c,33:8,33:12`: the file by a letter or more, the first line and column, the last. */
export function parsePlace(location: string, files: ReadonlyMap<string, string>): SourcePlace {
  const [file = '', line = ''] = location.split(/[,:]/);
  return { file: files.get(file) ?? '', line: Number(line) };
}

/** What is described of a whole design. */
export interface DescribedDesign {
  readonly modules: ReadonlyMap<string, ModuleBuilder>;
  /** Key of the top in `modules`. */
  readonly root: string | undefined;
  readonly packages: readonly SourcePlace[];
  /** Names of files, Verilator's own among them. */
  readonly files: readonly string[];
}

/**
 * The design of a top module.
 * @throws {RangeError} when the top is missing, or has ports that are no bits.
 */
export function assemble(top: string, { modules, root, packages, files }: DescribedDesign): Design {
  const found = root === undefined ? undefined : modules.get(root);
  if (root === undefined || found === undefined) {
    throw new RangeError(`Expected a description of ${top} by Verilator, but received one without it.`);
  }
  const ports = found.ports.map((port) => {
    if (!('refused' in port)) return port;
    throw portRefusal(top, port.name, port);
  });
  const own = files.filter((name) => !name.startsWith('<') && !/(^|\/)verilated_std\w*\.\w+$/.test(name));
  return { top, ports, params: found.params, modules, packages, files: own, root };
}

/** The error for a port of the top that is no bits. */
export function portRefusal(top: string, name: string, { refused }: Refusal): RangeError {
  return new RangeError(
    `Expected the ports of ${top} to be bits or arrays of bits, but received ${name}, which is ${refused}.`,
  );
}

function indices([left, right]: readonly [number, number]): number[] {
  const low = Math.min(left, right);
  return Array.from({ length: Math.abs(left - right) + 1 }, (_, i) => low + i);
}
