// SPDX-License-Identifier: Apache-2.0
// The part of WaveDrom that draws outside a browser; the package has no types.

declare module 'wavedrom' {
  /** An XML element: its name, attributes and children. */
  type Element = [name: string, ...rest: unknown[]];

  const wavedrom: {
    /** Skins by name; drawing writes into the one that is used. */
    readonly waveSkin: object;
    readonly onml: { stringify(element: Element): string };
    renderAny(index: number, source: object, skins: object): Element;
  };
  export default wavedrom;
}
