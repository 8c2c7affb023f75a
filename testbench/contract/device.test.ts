// SPDX-License-Identifier: Apache-2.0
// What every device level promises, run on each of them.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { compileNetwork, type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { createDevice, type Device, DEVICE_LEVELS, type DeviceLevel, type Inference } from '../../src/device/index.ts';
import type { Codes, QuantizedNetwork } from '../../src/network/index.ts';
import { BITSTREAM_CONFIGURATION, buildConfigurations, unpackedBoard } from '../fpga/board/bitstream-board.ts';
import { BOARD_CONFIGURATION, buildBoard, QUICK, startBoard } from '../fpga/board/simulated-board.ts';
import { runsFactor } from '../house/seed.ts';
import { cases } from '../support/arbitraries.ts';
import {
  HOLDING_CONFIGURATIONS,
  HOLDING_MINIMUM_CONFIGURATIONS,
  MINIMUM_CONFIGURATIONS,
  NETLIST_CONFIGURATION,
  PRODUCT_CONFIGURATIONS,
  SEVERAL_TAPS_CONFIGURATIONS,
  SMALL_CONFIGURATIONS,
} from '../support/configurations.ts';
import { adders, COUNT, images, products, size } from '../support/contract-networks.ts';
import { coreLimits } from '../support/core-property.ts';
import { NO_ICESTORM, NO_YOSYS } from '../support/fpga-tools.ts';
import { createLaidDevice, roomy } from '../support/layer-schedules.ts';
import { shouldMatchReference } from '../support/should-match.ts';

/** The same network and images with a constant added to every activation code of the first layer, and to the weights that are codes. */
function shifted(network: QuantizedNetwork, by: number): { network: QuantizedNetwork; images: Codes } {
  const [layer, rest] = network.layers;
  const moved = {
    ...layer!,
    weights: layer!.layer.cell === 'adder' ? layer!.weights.map((code) => code + by) : layer!.weights,
    padCodes: layer!.padCodes.map((code) => code + by),
  };
  return { network: { ...network, layers: [moved, rest!] }, images: images.map((code) => code + by) };
}

/** What is slow to build has one size for all tests. */
const CONFIGURATIONS: Partial<Record<DeviceLevel, Configuration>> = {
  netlist: NETLIST_CONFIGURATION,
  board: BOARD_CONFIGURATION,
};

/** A device that keeps the contract. */
interface Contractor {
  readonly name: string;
  readonly level: DeviceLevel;
  readonly configuration: Configuration;
  /** What stays in the cells; `layers`: weights and sums by turns. */
  readonly schedule: 'output' | 'weight' | 'layers';
  readonly network: QuantizedNetwork;
  /** Of a board: what it is simulated by. */
  readonly board?: () => Promise<Model>;
  /** Random networks that it is given. */
  readonly runs?: number;
  /** Why it is not tested; empty where it is. */
  readonly lacks?: string;
}

// Boards and netlists are simulated much more slowly than the RTL.
const RUNS: Readonly<Partial<Record<DeviceLevel, number>>> = { board: 15, netlist: 8 };

/** What a board holds whose weights lie in large memories, and one image at a time. */
const ICEBREAKER = loadConfiguration('icebreaker');

/** Levels, what a bitstream makes of a board, and the array's other schedule and cells. */
const DEVICES: readonly Contractor[] = [
  ...DEVICE_LEVELS.map((level): Contractor => ({
    name: level,
    level,
    configuration: CONFIGURATIONS[level] ?? SMALL_CONFIGURATIONS['4x4']!,
    schedule: 'output',
    network: adders,
    lacks: level === 'netlist' && NO_YOSYS ? 'needs yosys' : '',
    board: buildBoard,
    runs: RUNS[level] ?? 40,
  })),
  {
    name: 'board, read back from its bitstream',
    level: 'board',
    configuration: BITSTREAM_CONFIGURATION,
    schedule: 'output',
    network: adders,
    board: async () => buildConfigurations([await unpackedBoard()]),
    runs: 8,
    lacks: NO_ICESTORM ? 'needs yosys, nextpnr-ice40, fpga-icestorm' : runsFactor === 1 ? 'npm run test:long' : '',
  },
  {
    name: 'board icebreaker',
    level: 'board',
    configuration: ICEBREAKER,
    schedule: 'output',
    network: adders,
    board: () => buildBoard({ board: 'icebreaker', configuration: ICEBREAKER }),
    runs: 15,
  },
  {
    name: 'rtl with held weights',
    level: 'rtl',
    configuration: HOLDING_CONFIGURATIONS['4x4']!,
    schedule: 'weight',
    network: adders,
  },
  {
    name: 'rtl with held weights and minima',
    level: 'rtl' as const,
    configuration: HOLDING_MINIMUM_CONFIGURATIONS['3x5 of minima']!,
    schedule: 'weight' as const,
    network: adders,
  },
  {
    name: 'rtl with a schedule for each layer',
    level: 'rtl',
    configuration: roomy(HOLDING_CONFIGURATIONS['4x4']!),
    schedule: 'layers',
    network: adders,
  },
  {
    name: 'rtl in blocks',
    level: 'rtl',
    configuration: SMALL_CONFIGURATIONS['3x5 in blocks of 2x2']!,
    schedule: 'output',
    network: adders,
  },
  {
    name: 'rtl of minima',
    level: 'rtl',
    configuration: MINIMUM_CONFIGURATIONS['4x4 of minima']!,
    schedule: 'output',
    network: adders,
  },
  {
    name: 'rtl of products',
    level: 'rtl',
    configuration: PRODUCT_CONFIGURATIONS['3x5 of products']!,
    schedule: 'output',
    network: products,
  },
  {
    name: 'rtl of four minima a clock',
    level: 'rtl',
    configuration: SEVERAL_TAPS_CONFIGURATIONS['3x5 of minima, 4 taps a clock']!,
    schedule: 'output',
    network: adders,
  },
];

/** Devices whose pictures are laid by the rows of the first kernel. */
const BY_ROWS = DEVICES.filter(
  ({ network, configuration, schedule }) =>
    schedule !== 'layers' && compileNetwork(network, configuration, { schedule }).images.rowsOf !== null,
);

const LACKING = DEVICES.filter(({ lacks = '' }) => lacks !== '');

describe.skipIf(LACKING.length > 0).each(LACKING)('device $name ($lacks)', () => {
  it('should keep the contract', () => undefined);
});

describe.each(DEVICES.filter((one) => !LACKING.includes(one)))('device $name', (contractor) => {
  const { level, configuration, schedule, network, board = buildBoard, runs = 40 } = contractor;
  const isBoard = level === 'board';
  let built: Promise<Model> | undefined;
  const make = async (net: QuantizedNetwork = network, seed = 1): Promise<Device> => {
    const port = isBoard ? startBoard(await (built ??= board()), undefined, seed) : undefined;
    if (schedule === 'layers') return createLaidDevice(net, { configuration, seed });
    return createDevice(level, net, { configuration, schedule, seed, port, patience: QUICK });
  };
  const infer = async (net = network, codes: Codes = images, count = COUNT, seed = 1): Promise<Inference> => {
    using device = await make(net, seed);
    return device.infer(codes, count);
  };

  if (level === 'netlist' || level === 'board') {
    // Synthesis, place and route take longer than a test may.
    beforeAll(async () => (await make())[Symbol.dispose](), 1_800_000);
  }

  it('should give the reference integers for every layer', async () => {
    const got = await infer();
    expect(got.maps.map((map) => map.length)).toEqual([isBoard ? 0 : COUNT * 3 * 2 * 6, COUNT * 5]);
    shouldMatchReference({ network, images, count: COUNT }, got);
  });

  it('should give the reference integers for random networks', async () => {
    await fc.assert(
      fc.asyncProperty(
        cases({ ...coreLimits(configuration, schedule === 'layers' ? 'output' : schedule), maxImages: 6 }),
        async (chosen) => {
          shouldMatchReference(chosen, await infer(chosen.network, chosen.images, chosen.count));
        },
      ),
      { numRuns: runs },
    );
  });

  it('should give an image the same codes alone as in a batch', async () => {
    using device = await make();
    const all = device.infer(images, COUNT).maps.at(-1)!;
    for (const image of [0, 3, COUNT - 1]) {
      const alone = device.infer(images.subarray(image * size, (image + 1) * size), 1).maps.at(-1)!;
      expect([...alone]).toEqual([...all.subarray(image * 5, (image + 1) * 5)]);
    }
  });

  it('should give two runs back to back what two runs apart give', async () => {
    using device = await make();
    const once = device.infer(images, COUNT).maps;
    expect(device.infer(images, COUNT).maps).toEqual(once);
    expect((await infer()).maps).toEqual(once);
  });

  it('should not depend on the power-up state', async () => {
    const [one, other] = [await infer(network, images, COUNT, 1), await infer(network, images, COUNT, 4711)];
    expect(other.maps).toEqual(one.maps);
  });

  it('should give the same codes when a constant is added to all codes that a layer reads, and to weights that are codes', async () => {
    const moved = shifted(network, 37);
    expect((await infer(moved.network, moved.images)).maps).toEqual((await infer()).maps);
  });

  it('should give a constant where all taps equal the weights, or are of padding where they are multiplied', async () => {
    const [layer] = network.layers;
    const flat = {
      ...layer!,
      // A pixel of each filter, of the map's corner: what no device has too little room for.
      layer: { ...layer!.layer, stride: 2 },
      weights: layer!.layer.cell === 'adder' ? layer!.weights.map(() => 20) : layer!.weights,
      add: Float64Array.from(layer!.shift, (shift, f) => (f + 1) * 10 * 2 ** shift),
    };
    const one = { ...network, network: { name: 'flat', layers: [flat.layer] }, layers: [flat] };
    const { maps } = await infer(one, new Uint8Array(size).fill(20), 1);
    expect([...maps[0]!]).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('should keep two devices apart', async () => {
    const moved = shifted(network, 5);
    using a = await make();
    using b = await make({ ...network, layers: [{ ...network.layers[0]!, low: 200 }, network.layers[1]!] });
    const before = a.infer(images, COUNT).maps;
    b.infer(moved.images, COUNT);
    expect(a.infer(images, COUNT).maps).toEqual(before);
  });

  it.each([
    [new Uint8Array(size - 1), 1, `Expected images to be ${size} codes (1 of 6x5x2), but received ${size - 1}.`],
    [images, 0, 'Expected count to be an integer of at least 1, but received 0.'],
    [images, 1.5, 'Expected count to be an integer of at least 1, but received 1.5.'],
  ])('should refuse images that do not fit, %#', async (codes, count, message) => {
    using device = await make();
    expect(() => device.infer(codes, count)).toThrow(message);
  });

  it('should refuse codes that are too large for pictures narrower than its maps', async () => {
    const [layer, rest] = network.layers;
    const narrow = {
      ...layer!,
      weights: layer!.layer.cell === 'adder' ? layer!.weights.map((code) => code & 15) : layer!.weights,
      padCodes: layer!.padCodes.map((code) => code & 15),
    };
    using device = await make({ ...network, imageBits: 4, layers: [narrow, rest!] });
    const codes = images.map((code) => code & 15);
    expect(device.infer(codes, COUNT).count).toBe(COUNT);
    expect(() => device.infer(codes.fill(16, 7, 8), COUNT)).toThrow(
      'Expected codes below 16, but received 16 at index 7.',
    );
  });

  it('should refuse codes that are too large for its width', async () => {
    using device = await make();
    const wide = Uint16Array.from(images);
    wide[7] = 256;
    expect(() => device.infer(wide, COUNT)).toThrow('Expected codes below 256, but received 256 at index 7.');
  });

  it('should refuse arrays that hold no codes', async () => {
    using device = await make();
    expect(() => device.infer(new Int8Array(size).fill(-1) as unknown as Codes, 1)).toThrow(
      'Expected images to be a Uint8Array or Uint16Array, but received Int8Array.',
    );
  });

  it('should refuse use after disposal', async () => {
    const device = await make();
    device[Symbol.dispose]();
    expect(() => device.infer(images, COUNT)).toThrow('disposed');
    device[Symbol.dispose]();
  });
});

describe('the devices', () => {
  it('should have pictures laid by the rows of a kernel where weights are held', () => {
    expect(BY_ROWS.map(({ name }) => name)).toEqual(['rtl with held weights', 'rtl with held weights and minima']);
  });
});

describe('createDevice', () => {
  it('should list the levels when one is unknown', async () => {
    await expect(createDevice('gpu' as 'rtl', adders, { configuration: SMALL_CONFIGURATIONS['4x4']! })).rejects.toThrow(
      'Expected device to be one of reference, kernel, rtl, netlist, board, but received gpu.',
    );
  });
});
