// SPDX-License-Identifier: Apache-2.0
// A whole accelerator from the bytes of its bitstream: the host's bytes go to what the chip is configured to do, and the
// integers are the reference's; and with one bit of the configuration flipped they are not. It takes minutes to make, so
// that it is for `npm run test:long`, as is the contract of all devices on it (testbench/contract/device.test.ts).

import { beforeAll, describe, expect, it } from 'vitest';
import { flipBit, type LogicBit, tableBit, type Unpacked } from '../../fpga/index.ts';
import type { Model } from '../../sim/index.ts';
import { createDevice } from '../../src/device/index.ts';
import { adders, images, size } from '../support/contract-networks.ts';
import { runsFactor } from '../house/seed.ts';
import { NO_ICESTORM } from '../support/fpga-tools.ts';
import { shouldMatchReference } from '../support/should-match.ts';
import { BITSTREAM_CONFIGURATION, buildConfigurations, unpackedBoard } from './board/bitstream-board.ts';
import { QUICK, startBoard } from './board/simulated-board.ts';

const PICTURES = 2;

/** Of a bit of the cell's sum, the entry of its table for inputs that are all 0, as they are for most small sums. */
function bitOfSum({ cells }: Unpacked): LogicBit {
  return tableBit(cells.find(({ net }) => /array_u\..*\bacc\[5\]$/.test(net))!.bel, 0);
}

describe.skipIf(NO_ICESTORM || runsFactor === 1)(
  'a board read back from its bitstream (npm run test:long; needs yosys, nextpnr-ice40, fpga-icestorm)',
  { timeout: 120_000 },
  () => {
    let model: Model;

    beforeAll(async () => {
      const unpacked = await unpackedBoard();
      const flipped = { ...unpacked, asc: flipBit(unpacked.asc, bitOfSum(unpacked)) };
      model = await buildConfigurations([unpacked, flipped]);
    }, 1_800_000);

    /** Runs two layers on one of the configurations, and checks them. */
    const run = async (which: number): Promise<void> => {
      const port = startBoard(model, undefined, 1, { which });
      const options = { configuration: BITSTREAM_CONFIGURATION, port, patience: QUICK };
      using device = await createDevice('board', adders, options);
      const some = images.subarray(0, PICTURES * size);
      shouldMatchReference({ network: adders, images: some, count: PICTURES }, device.infer(some, PICTURES));
    };

    it('should give the reference integers', () => run(0));

    it('should not when one bit of a table is flipped', async () => {
      await expect(run(1)).rejects.toThrow(/^layer second, image \d, element \d+: got \d+, expected \d+$/);
    });
  },
);
