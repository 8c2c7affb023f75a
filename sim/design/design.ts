// SPDX-License-Identifier: Apache-2.0
// What a design has: the top's ports and parameters, and a tree of modules in
// which internal signals are found. Instances name their module instead of
// holding it, so the size is that of the sources, however often a module is used.

import type { Refusal, SignalShape } from './shape.ts';

/** A signal's name and what values it has. */
export interface SignalType extends SignalShape {
  readonly name: string;
}

/** A port of the top module. */
export interface PortType extends SignalType {
  readonly direction: 'input' | 'output' | 'inout';
}

/** A parameter of the top module, as elaborated. */
export interface ParameterType {
  readonly name: string;
  /** A number for real parameters and safe integers, a bigint for other integers. */
  readonly value: number | bigint | string;
  readonly type: 'integer' | 'string' | 'real';
}

/** A variable or net inside a module. */
export interface VariableType {
  /** Verilator's spelling of the name in C++, in which `_` and hexadecimal digits stand for odd characters. */
  readonly encoded: string;
  readonly shape: SignalShape | Refusal;
}

/** A module, or a named block in one. */
export interface Scope {
  readonly variables: ReadonlyMap<string, VariableType>;
  /** Generate blocks and named procedural blocks. */
  readonly blocks: ReadonlyMap<string, Scope>;
  /** Keys of modules in {@link Design.modules}, by instance name; `cell_u[2]` for one of an array. */
  readonly instances: ReadonlyMap<string, string>;
}

/** Where a module or a package begins. */
export interface SourcePlace {
  /** As Verilator names it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A module with one set of parameters. */
export interface ModuleType extends Scope {
  readonly place: SourcePlace;
  /** Name in the source. */
  readonly name: string;
  /** Verilator's spelling of the name in C++. */
  readonly encoded: string;
}

/** An elaborated design. */
export interface Design {
  /** Name of the top module. */
  readonly top: string;
  readonly ports: readonly PortType[];
  /** Parameters that can be set, in the order declared. */
  readonly params: readonly ParameterType[];
  readonly modules: ReadonlyMap<string, ModuleType>;
  /** Where packages begin: what comes there belongs to no module. */
  readonly packages: readonly SourcePlace[];
  /** Files read, as Verilator names them. */
  readonly files: readonly string[];
  /** Key of the top module in `modules`. */
  readonly root: string;
}
