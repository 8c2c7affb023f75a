// SPDX-License-Identifier: Apache-2.0
// The Verilog core under Verilator as a device: loads a network once, then runs
// batches of up to `rows` images, and reports every value that a layer wrote.

import { type Simulation, SimulationError } from '../../sim/index.ts';
import {
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  getLane,
  packImages,
  partsOf,
} from '../compile/index.ts';
import type { LayerCounters } from '../cycles/index.ts';
import { type Codes, layerGeometry, mapSize, newCodes, type QuantizedNetwork } from '../network/index.ts';
import { DeviceFault } from './device-fault.ts';
import { checkImages } from './check-images.ts';
import { buildCore } from './core-model.ts';
import { load, readBuffer, readCounters, reset, runProgram, type WrittenWords } from './core-driver.ts';
import { addCounters, NO_COUNTERS } from './counters.ts';
import type { Device, HostTraffic, Inference } from './device.ts';

/** How the RTL is simulated. */
export interface RtlDeviceOptions {
  readonly configuration: Configuration;
  /** Seed of the random power-up state. @defaultValue 1 */
  readonly seed?: number;
  /** Writes a VCD of everything the device does to this file; needs a slower build. */
  readonly waveform?: string | undefined;
  /** For each clock of a batch from its start on, whether taps are held back. @defaultValue never */
  readonly holds?: Uint8Array | undefined;
  /** Folder of the RTL, for a core of one's own with the same ports. @defaultValue the package's rtl/ */
  readonly rtl?: string | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Builds, resets and loads a core with a network.
 * @throws {RangeError} when the network does not fit the configuration
 */
export async function createRtlDevice(network: QuantizedNetwork, options: RtlDeviceOptions): Promise<Device> {
  const compiled = compileNetwork(network, options.configuration);
  const model = await buildCore(options.configuration, {
    trace: options.waveform !== undefined,
    rtl: options.rtl,
    onProgress: options.onProgress,
  });
  const sim = model.create({ clock: 'clk', seed: options.seed ?? 1 });
  if (options.waveform !== undefined) sim.openTrace(options.waveform);
  reset(sim);
  const core = { sim, compiled, networkLoadCycles: cyclesOf(sim, () => loadNetwork(sim, compiled)) };
  return {
    level: 'rtl',
    infer: (images, count) => {
      checkImages(network, images, count);
      return inferBatches(core, images, count, options.holds);
    },
    [Symbol.dispose]: () => sim.dispose(),
  };
}

/** A core with a network loaded. */
interface LoadedCore {
  readonly sim: Simulation;
  readonly compiled: CompiledNetwork;
  readonly networkLoadCycles: number;
}

/** Cycles that an action takes. */
function cyclesOf(sim: Simulation, action: () => void): number {
  const start = sim.cycle;
  action();
  return sim.cycle - start;
}

/** 32-bit parts of the words of a configuration. */
function wordParts({ rows, columns, dataBits }: Configuration): { activation: number; load: number } {
  return {
    activation: partsOf(rows * dataBits),
    load: partsOf(Math.max(rows * dataBits, columns * dataBits, 64)),
  };
}

function loadNetwork(sim: Simulation, { configuration, program, weights, weightParts, folds }: CompiledNetwork): void {
  const { load: port } = wordParts(configuration);
  load(sim, 'program', program, 1, port);
  load(sim, 'weights', weights, weightParts, port);
  load(sim, 'folds', folds, 2, port);
}

/** Twice what the closed form would say is plenty; a core that takes longer hangs. */
function cycleLimit({ network, configuration }: CompiledNetwork, holds: number): number {
  const tiles = network.layers.map(({ layer }) => {
    const { sads, taps } = layerGeometry(layer);
    return (sads / taps) * (taps + configuration.columns);
  });
  return 10_000 + holds + 2 * tiles.reduce((total, count) => total + count, 0);
}

function inferBatches(
  { sim, compiled, networkLoadCycles }: LoadedCore,
  images: Codes,
  count: number,
  holds: Uint8Array = new Uint8Array(0),
): Inference {
  const { configuration, network } = compiled;
  const { rows, dataBits } = configuration;
  const { activation, load: port } = wordParts(configuration);
  const layers = network.layers.map(({ layer }) => layer);
  const inputSize = mapSize(layers[0]!.input);
  const sizes = layers.map((layer) => mapSize(layerGeometry(layer).output));
  const resultSize = sizes.at(-1)!;
  const maps = sizes.map((size) => newCodes(dataBits, count * size));
  const written: WriteCycles[] = [];

  const host = { imageLoadCycles: 0, readCycles: 0 };
  let counters: LayerCounters[] = layers.map(() => NO_COUNTERS);
  const started = { cycle: sim.cycle, time: performance.now() };
  let batches = 0;
  for (let first = 0; first < count; first += rows) {
    const used = Math.min(rows, count - first);
    const batch = images.subarray(first * inputSize, (first + used) * inputSize);
    const words = packImages(batch, used, inputSize, dataBits, activation);
    host.imageLoadCycles += cyclesOf(sim, () => load(sim, 'activations', words, activation, port));
    const writes = runBatch(sim, compiled, used, batches, holds);
    written.push(unpackWrites(writes, maps, sizes, first, used, dataBits));
    let results: Uint32Array = new Uint32Array(0);
    host.readCycles += cyclesOf(sim, () => (results = readBuffer(sim, layers.length % 2, resultSize)));
    unpackResults(results, maps.at(-1)!, resultSize, first, used, dataBits);
    counters = counters.map((sum, layer) => addCounters(sum, readCounters(sim, layer)));
    batches++;
  }
  const simulated = { cycles: sim.cycle - started.cycle, seconds: (performance.now() - started.time) / 1000 };

  const traffic: HostTraffic = {
    ...host,
    networkLoadCycles,
    networkBytes: 4 * (compiled.program.length + compiled.weights.length + compiled.folds.length),
    imageBytes: (batches * inputSize * rows * dataBits) / 8,
    resultBytes: (batches * resultSize * rows * dataBits) / 8,
  };
  return {
    count,
    maps,
    counters: { layers: counters, host: traffic, batches },
    locate: (layer, image, element) => ({
      row: image % rows,
      column: (element % layers[layer]!.filters) % configuration.columns,
      cycle: written[Math.floor(image / rows)]![layer]![element]!,
    }),
    simulated,
  };
}

/** Runs a batch; a core that hangs is a fault that names the layer it is in. */
function runBatch(
  sim: Simulation,
  compiled: CompiledNetwork,
  used: number,
  batch: number,
  holds: Uint8Array,
): WrittenWords {
  const { layers } = compiled.network;
  const limit = cycleLimit(compiled, holds.length);
  try {
    return runProgram(sim, layers.length, used, limit, holds);
  } catch (error) {
    if (!(error instanceof SimulationError && error.kind === 'timeout')) throw error;
    const name = layers[Number(sim.dut['write_layer'])]?.layer.name ?? 'none of its layers';
    throw new DeviceFault(
      `Expected the core to finish batch ${batch} of ${compiled.network.network.name} within ${limit} cycles, ` +
        `but it is still busy with ${name}.`,
      { cause: error },
    );
  }
}

/** For each layer, the cycle in which each word of its map was last written. */
type WriteCycles = readonly Float64Array[];

/** Spreads written words over the images' maps; a later write of an address replaces an earlier one, as on chip. */
function unpackWrites(
  { count, layers, addresses, words, cycles }: WrittenWords,
  maps: readonly Codes[],
  sizes: readonly number[],
  first: number,
  used: number,
  dataBits: number,
): WriteCycles {
  const parts = words.length / count;
  const written = sizes.map((size) => new Float64Array(size));
  for (let write = 0; write < count; write++) {
    const layer = layers[write]!;
    const address = addresses[write]!;
    const size = sizes[layer] ?? 0;
    if (address >= size) {
      throw new DeviceFault(
        `Expected writes of layer ${layer} to be at addresses below ${size}, but received ${address} in cycle ${cycles[write]!}.`,
      );
    }
    written[layer]![address] = cycles[write]!;
    const map = maps[layer]!;
    for (let lane = 0; lane < used; lane++) {
      map[(first + lane) * size + address] = getLane(words, write * parts, lane, dataBits);
    }
  }
  return written;
}

/** Takes the last layer's map from what the host read, as a user of the hardware would. */
function unpackResults(
  words: Uint32Array,
  map: Codes,
  size: number,
  first: number,
  used: number,
  dataBits: number,
): void {
  const parts = words.length / size;
  for (let address = 0; address < size; address++) {
    for (let lane = 0; lane < used; lane++) {
      map[(first + lane) * size + address] = getLane(words, address * parts, lane, dataBits);
    }
  }
}
