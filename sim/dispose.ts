// SPDX-License-Identifier: Apache-2.0
// What `using` calls. Node 20 has Symbol.dispose in its own realm only: where
// tests run in realms of theirs (vitest's pools vmForks and vmThreads), compilers
// look for the registered symbol instead.

/** Lets `using` end a class's objects in every realm. */
export function addDisposer(prototype: { dispose(): void } | { close(): void } | { release(): void }): void {
  if ((Symbol.dispose as symbol | undefined) !== undefined) return;
  const end = 'dispose' in prototype ? prototype.dispose : 'close' in prototype ? prototype.close : prototype.release;
  Object.defineProperty(prototype, Symbol.for('Symbol.dispose'), { value: end });
}
