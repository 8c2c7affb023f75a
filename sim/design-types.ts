// SPDX-License-Identifier: Apache-2.0
// How a model's type argument says what the design has. `berus sim types` writes
// such an interface; without one, names are checked at run time only.

import type { ParameterValue } from './options.ts';

/** Types of a design: its ports, and optionally its parameters and exposed signals, by name. */
export interface DesignTypes {
  readonly ports: object;
  readonly params?: object;
  readonly exposed?: object;
}

/** A design of which nothing is known before it is built. */
export interface AnyDesign {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly ports: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly exposed: any;
}

/** Parameters that a build of the design takes. */
export type ParamsOf<Design extends DesignTypes> = Design extends { readonly params: infer Params }
  ? Readonly<Partial<Params>>
  : Readonly<Record<string, ParameterValue>>;

/** Exposed signals of the design. */
export type ExposedOf<Design extends DesignTypes> = Design extends { readonly exposed: infer Exposed }
  ? Exposed
  : object;

/** Ports that can only be read; `any` stays what it is. */
export type ReadOnly<T> = [unknown] extends [T] ? T : Readonly<T>;

/** Name of a port. */
export type PortName<Design extends DesignTypes> = keyof Design['ports'] & string;

/** Name of a port, or path of an exposed signal. */
export type SignalName<Design extends DesignTypes> = (keyof Design['ports'] | keyof ExposedOf<Design>) & string;
