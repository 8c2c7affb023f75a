// SPDX-License-Identifier: Apache-2.0
// What the accelerator says is wrong, in words.

import type { REGISTERS } from './registers.ts';
import { fieldsIn } from './top-registers.ts';

const COMPLAINTS: Readonly<Record<keyof (typeof REGISTERS)['ERRORS']['fields'], string>> = {
  target: 'a packet for an unknown target',
  range: 'a packet past the end of a buffer',
  short: 'a packet that is too short',
  long: 'a packet that is too long',
  images: 'a packet with a wrong number of images',
  command: 'a malformed command',
  address: 'an address past the end of a buffer',
  watchdog: 'a batch that takes too long',
  segment: 'a segment of weights that was lost',
};

/** What a value of ERRORS says; undefined for nothing. */
export function complaintOf(errors: number): string | undefined {
  const raised = fieldsIn('ERRORS', errors);
  if (raised.length === 0) return undefined;
  return raised.map((field) => COMPLAINTS[field as keyof typeof COMPLAINTS]).join(' and ');
}
