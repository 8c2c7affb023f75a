// SPDX-License-Identifier: Apache-2.0

/** A Liberty file is not what is needed of it; the message is one line. */
export class LibertyError extends Error {
  override readonly name = 'LibertyError';
}
