// SPDX-License-Identifier: Apache-2.0
// A whole accelerator from the bytes of its bitstream: the host's bytes go to what the chip is configured to do, and the
// integers are the reference's. A flipped bit is found by proof-array.test.ts. It takes minutes to make, so that it is for
// `npm run test:long`, as is the contract of all devices on it (testbench/contract/device.test.ts).

import { beforeAll, describe, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { createDevice } from '../../src/device/index.ts';
import { adders, images, size } from '../support/contract-networks.ts';
import { runsFactor } from '../house/seed.ts';
import { NO_ICESTORM } from '../support/fpga-tools.ts';
import { shouldMatchReference } from '../support/should-match.ts';
import { BITSTREAM_CONFIGURATION, buildFromBitstream } from './board/bitstream-board.ts';
import { QUICK, startBoard } from './board/simulated-board.ts';

const PICTURES = 2;

describe.skipIf(NO_ICESTORM || runsFactor === 1)(
  'a board read back from its bitstream (npm run test:long; needs yosys, nextpnr-ice40, fpga-icestorm)',
  { timeout: 120_000 },
  () => {
    let model: Model;

    beforeAll(async () => {
      model = await buildFromBitstream();
    }, 1_800_000);

    it('should give the reference integers', async () => {
      const options = { configuration: BITSTREAM_CONFIGURATION, port: startBoard(model), patience: QUICK };
      using device = await createDevice('board', adders, options);
      const some = images.subarray(0, PICTURES * size);
      shouldMatchReference({ network: adders, images: some, count: PICTURES }, device.infer(some, PICTURES));
    });
  },
);
