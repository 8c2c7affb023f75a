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

type IsAny<T> = 0 extends 1 & T ? true : false;
type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

// An input can be assigned, or is an array whose elements can.
type IsInput<Ports, Name extends keyof Ports> =
  IsSame<Pick<Ports, Name>, { readonly [name in Name]: Ports[Name] }> extends false
    ? true
    : Ports[Name] extends { readonly [index: number]: infer Element }
      ? IsSame<Pick<Ports[Name], number>, { [index: number]: Element }>
      : false;

/** Name of an input. */
export type InputName<Design extends DesignTypes> =
  IsAny<Design['ports']> extends true
    ? string
    : {
        [Name in keyof Design['ports'] & string]-?: IsInput<Design['ports'], Name> extends true ? Name : never;
      }[keyof Design['ports'] & string];

/** What a driver writes to a port: its value, or all elements of an array. */
export type DrivenValue<Value> =
  IsAny<Value> extends true
    ? // eslint-disable-next-line @typescript-eslint/no-explicit-any
      any
    : Value extends { readonly [index: number]: infer Element }
      ? ArrayLike<Element>
      : Value;

/** Name of a port, or path of an exposed signal. */
export type SignalName<Design extends DesignTypes> = (keyof Design['ports'] | keyof ExposedOf<Design>) & string;
