// SPDX-License-Identifier: Apache-2.0
// The host's clocks as they were counted, in the names of the closed form.

import { expect } from 'vitest';
import type { HostCycles } from '../../src/cycles/index.ts';
import type { HostTraffic } from '../../src/device/index.ts';

/** Holds the host's clocks against the closed form. */
export function shouldTakeAlike(cycles: HostCycles, host: HostTraffic): void {
  const { imageBanks: _, ...form } = cycles;
  expect(form).toEqual({
    networkLoad: host.networkLoadCycles,
    imageLoad: host.imageLoadCycles,
    segmentLoad: host.segmentLoadCycles,
    resultRead: host.readCycles,
    hidden: host.hiddenCycles,
  });
}
