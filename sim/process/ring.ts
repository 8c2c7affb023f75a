// SPDX-License-Identifier: Apache-2.0
// First in, first out, in constant time: a power of two of places in a circle.

/** A queue without waiting. */
export class Ring<T> {
  #places: (T | undefined)[] = [undefined, undefined, undefined, undefined];
  #head = 0;
  length = 0;

  push(item: T): void {
    if (this.length === this.#places.length) this.#grow();
    this.#places[(this.#head + this.length++) & (this.#places.length - 1)] = item;
  }

  /** Takes the oldest item; undefined when there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#places[this.#head];
    this.#places[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#places.length - 1);
    this.length--;
    return item;
  }

  /** The oldest item; undefined when there is none. */
  peek(): T | undefined {
    return this.#places[this.#head];
  }

  #grow(): void {
    const places = this.#places;
    const rest = places.splice(0, this.#head);
    places.push(...rest);
    const { length } = places;
    for (let i = 0; i < length; i++) places.push(undefined);
    this.#head = 0;
  }
}
