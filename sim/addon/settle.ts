// SPDX-License-Identifier: Apache-2.0
// Waiting for several steps of a build.

/**
 * Like `Promise.all`, but the first failure is reported only when every step has come to its end: by then none of them
 * writes into a folder that is about to go.
 */
export async function settleAll<const T extends readonly unknown[]>(steps: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const results = await Promise.allSettled(steps);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
