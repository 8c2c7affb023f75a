// SPDX-License-Identifier: Apache-2.0
// What every device level promises, run on each of them.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Configuration } from '../../src/compile/index.ts';
import { createDevice, type Device, DEVICE_LEVELS, type DeviceLevel, type Inference } from '../../src/device/index.ts';
import {
  type Layer,
  type Codes,
  layerGeometry,
  mapSize,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../../src/network/index.ts';
import { BOARD_CONFIGURATION, buildBoard, QUICK, startBoard } from '../fpga/board/simulated-board.ts';
import { cases } from '../support/arbitraries.ts';
import {
  HOLDING_CONFIGURATIONS,
  MINIMUM_CONFIGURATIONS,
  NETLIST_CONFIGURATION,
  PRODUCT_CONFIGURATIONS,
  SMALL_CONFIGURATIONS,
} from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';
import { NO_YOSYS } from '../support/fpga-tools.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { shouldMatchReference } from '../support/should-match.ts';

/** Numbers that look random and are the same everywhere. */
function scrambled(length: number, below: number, salt: number): number[] {
  return Array.from({ length }, (_, i) => (Math.imul(i + salt, 2_654_435_761) >>> 8) % below);
}

function quantize(fields: Partial<Layer>, salt: number): QuantizedLayer {
  const layer = layerOf({ relu: true, ...fields });
  const { taps } = layerGeometry(layer);
  return quantizedOf(layer, {
    weights: Uint8Array.from(scrambled(taps * layer.filters, 200, salt)),
    mul: Int16Array.from(scrambled(layer.filters, 400, salt + 1), (value) => value - 200),
    add: Float64Array.from(scrambled(layer.filters, 40_000, salt + 2), (value) => 60_000 - value),
    shift: new Uint8Array(layer.filters).fill(9),
    padCodes: new Uint8Array(layer.input.channels).fill(20),
  });
}

const firstLayer: Partial<Layer> = {
  name: 'first',
  input: { height: 6, width: 5, channels: 2 },
  kernelHeight: 3,
  kernelWidth: 3,
  filters: 6,
  padding: 1,
  pool: 2,
};
const secondLayer: Partial<Layer> = {
  name: 'second',
  source: 'first',
  input: { height: 3, width: 2, channels: 6 },
  kernelHeight: 3,
  kernelWidth: 2,
  filters: 5,
};
const adders = networkOf('contract', [quantize(firstLayer, 1), quantize(secondLayer, 50)]);
/** The same that multiplies, by the weights less 100. */
const products = networkOf(
  'contract',
  adders.layers.map((one) => ({
    ...one,
    layer: { ...one.layer, cell: 'multiply' as const },
    weights: Int16Array.from(one.weights, (code) => code - 100),
  })),
);
const size = mapSize(adders.network.layers[0]!.input);
const COUNT = 11;
const images = Uint8Array.from(scrambled(COUNT * size, 200, 99));

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

/** Levels, and the array's other schedule and cells. */
const DEVICES = [
  ...DEVICE_LEVELS.map((level) => ({
    name: level,
    level,
    configuration: CONFIGURATIONS[level] ?? SMALL_CONFIGURATIONS['4x4']!,
    schedule: 'output' as const,
    network: adders,
  })),
  {
    name: 'rtl with held weights',
    level: 'rtl' as const,
    configuration: HOLDING_CONFIGURATIONS['4x4']!,
    schedule: 'weight' as const,
    network: adders,
  },
  {
    name: 'rtl of minima',
    level: 'rtl' as const,
    configuration: MINIMUM_CONFIGURATIONS['4x4 of minima']!,
    schedule: 'output' as const,
    network: adders,
  },
  {
    name: 'rtl of products',
    level: 'rtl' as const,
    configuration: PRODUCT_CONFIGURATIONS['3x5 of products']!,
    schedule: 'output' as const,
    network: products,
  },
];

// Boards and netlists are simulated much more slowly than the RTL.
const RUNS: Readonly<Partial<Record<DeviceLevel, number>>> = { board: 15, netlist: 8 };
const HAVE = DEVICES.filter(({ level }) => level !== 'netlist' || !NO_YOSYS);

describe.each(HAVE)('device $name', ({ level, configuration, schedule, network }) => {
  const isBoard = level === 'board';
  const make = async (net: QuantizedNetwork = network, seed = 1): Promise<Device> => {
    const port = isBoard ? startBoard(await buildBoard(), undefined, seed) : undefined;
    return createDevice(level, net, { configuration, schedule, seed, port, patience: QUICK });
  };
  const infer = async (net = network, codes: Codes = images, count = COUNT, seed = 1): Promise<Inference> => {
    using device = await make(net, seed);
    return device.infer(codes, count);
  };

  if (level === 'netlist') {
    // Synthesis takes longer than a test may.
    beforeAll(async () => (await make())[Symbol.dispose](), 600_000);
  }

  it('should give the reference integers for every layer', async () => {
    const got = await infer();
    expect(got.maps.map((map) => map.length)).toEqual([isBoard ? 0 : COUNT * 3 * 2 * 6, COUNT * 5]);
    shouldMatchReference({ network, images, count: COUNT }, got);
  });

  it('should give the reference integers for random networks', async () => {
    await fc.assert(
      fc.asyncProperty(cases({ ...coreLimits(configuration, schedule), maxImages: 6 }), async (chosen) => {
        shouldMatchReference(chosen, await infer(chosen.network, chosen.images, chosen.count));
      }),
      { numRuns: RUNS[level] ?? 40 },
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
      weights: layer!.layer.cell === 'adder' ? layer!.weights.map(() => 20) : layer!.weights,
      add: layer!.add.map((_, f) => (f + 1) * 512 * 10),
    };
    const one = { ...network, network: { name: 'flat', layers: [layer!.layer] }, layers: [flat] };
    const { maps } = await infer(one, new Uint8Array(size).fill(20), 1);
    expect([...maps[0]!.subarray(0, 6)]).toEqual([10, 20, 30, 40, 50, 60]);
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

describe('createDevice', () => {
  it('should list the levels when one is unknown', async () => {
    await expect(createDevice('gpu' as 'rtl', adders, { configuration: SMALL_CONFIGURATIONS['4x4']! })).rejects.toThrow(
      'Expected device to be one of reference, kernel, rtl, netlist, board, but received gpu.',
    );
  });
});
