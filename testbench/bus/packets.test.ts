// SPDX-License-Identifier: Apache-2.0
// The header of a packet as the device writes it is that which the tests of the accelerator's buses write.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { headerOf } from '../../src/device/packets.ts';
import { beatsOf } from './top.ts';

it('should have each field where the accelerator has it', () => {
  const packets = fc.record({
    target: fc.integer({ min: 0, max: 9 }),
    address: fc.nat(2 ** 24 - 1),
    images: fc.nat(127),
    exclusive: fc.boolean(),
  });
  fc.assert(
    fc.property(packets, fc.integer({ min: 0, max: 300 }), (packet, length) => {
      const parts = 3;
      const [low, high, ...rest] = headerOf({ ...packet, words: new Uint32Array(length * parts) }, parts);
      const [header] = beatsOf({ ...packet, words: [], length });
      expect((BigInt(high!) << 32n) | BigInt(low!)).toBe(header);
      expect(rest).toEqual([0]);
    }),
  );
});
