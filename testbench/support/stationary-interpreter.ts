// SPDX-License-Identifier: Apache-2.0
// Runs a program whose weights are held word by word: what adder_core does then, without its clocks.
//
// Folds are the outer loops and pixels the inner ones, with a partial sum for each pixel and lane, as on chip. What must
// not happen there is an error here: a lane that was never written counts, an address is past a buffer, a sum or total is
// wider than its register.

import { type CompiledNetwork, getLane } from '../../src/compile/index.ts';
import { layerGeometry } from '../../src/network/index.ts';
import { foldFields, type FoldFields, WeightBuffer } from './program-interpreter.ts';
import { type RecordFields, readFields, WORDS_OF_RECORD } from './program-fields.ts';

/** Codes by lane; holes were never written. */
type Word = readonly (number | undefined)[];

/** Bit of a layer's first word. */
const HELD = 10;

function expectThat(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`program: ${what()}`);
}

/** One record of one image. */
class HeldRun {
  readonly written = new Map<number, Word>();
  private readonly lanes: number;
  private readonly partial: number[][] = [];
  private weightWord: number;
  private readonly compiled: CompiledNetwork;
  private readonly buffers: readonly Word[][];
  private readonly fields: RecordFields;
  private readonly imageAddress: number;
  private readonly laneFolds: ReadonlyMap<number, FoldFields>;
  private readonly weights: Uint32Array;

  constructor(
    compiled: CompiledNetwork,
    weights: WeightBuffer,
    buffers: readonly Word[][],
    fields: RecordFields,
    imageAddress: number,
    laneFolds: ReadonlyMap<number, FoldFields>,
  ) {
    this.compiled = compiled;
    this.weights = weights.words;
    this.buffers = buffers;
    this.fields = fields;
    this.imageAddress = imageAddress;
    this.laneFolds = laneFolds;
    const { rows, columns } = compiled.configuration;
    this.lanes = Math.min(rows, columns);
    this.weightWord = fields.weightBase;
  }

  run(): void {
    const { loops } = this.fields;
    const count = (loop: number): number => loops[loop]!.count;
    for (let group = 0; group < count(9); group++) {
      for (let tile = 0; tile < count(8); tile++) {
        for (let plane = 0; plane < count(3); plane++) {
          for (let row = 0; row < count(2); row++) {
            for (let column = 0; column < count(1); column++) {
              for (let block = 0; block < count(0); block++) this.fold({ group, tile, plane, row, column, block });
            }
          }
        }
      }
    }
  }

  /** All pixels with one set of weights. */
  private fold(at: { group: number; tile: number; plane: number; row: number; column: number; block: number }): void {
    const { loops, average, poolShift, out, convolved, tileFilters, lastFilters, source, hasShortcut, added } =
      this.fields;
    const { multiply } = this.fields;
    const { group, tile, plane, row, column, block } = at;
    const first = row === 0 && column === 0 && block === 0;
    const last =
      row === loops[2]!.count - 1 &&
      column === loops[1]!.count - 1 &&
      block === loops[0]!.count - 1 &&
      plane === loops[3]!.count - 1;
    const weights = this.push();
    const filters = tile === loops[8]!.count - 1 ? lastFilters : tileFilters;
    const tiles = group * loops[8]!.count + tile;
    let index = 0;
    for (let y = 0; y < loops[7]!.count; y++) {
      for (let x = 0; x < loops[6]!.count; x++) {
        let pooled = Array.from({ length: filters }, () => 0);
        for (let inY = 0; inY < loops[5]!.count; inY++) {
          for (let inX = 0; inX < loops[4]!.count; inX++, index++) {
            const levels = [block, column, row, 0, inX, inY, x, y, 0, group];
            const sums = this.pixel(levels, weights, filters);
            const before = this.partial[index] ?? [];
            const totals = sums.map(
              (sum, lane) =>
                (first ? (plane === 0 ? 0 : 2 * before[lane]!) : before[lane]!) +
                (multiply && plane === 0 ? -sum : sum),
            );
            this.keep(index, totals);
            if (!last) continue;
            const convolvedY = convolved.y + y * convolved.stepY + inY;
            const convolvedX = convolved.x + x * convolved.stepX + inX;
            const onMap =
              convolvedY >= 0 && convolvedY < convolved.height && convolvedX >= 0 && convolvedX < convolved.width;
            if (!onMap) continue;
            const address =
              added.base + tiles + inX * added.inWindow[0] + inY * added.inWindow[1] + x * added.column + y * added.row;
            const codes = totals.map((total, lane) => {
              const shortcut = hasShortcut ? this.code(1 - source, address, lane) : 0;
              return this.clamped(this.fields.foldBase + tiles, lane, total, shortcut);
            });
            pooled = pooled.map((value, lane) => (average ? value + codes[lane]! : Math.max(value, codes[lane]!)));
          }
        }
        if (!last) continue;
        const half = poolShift === 0 ? 0 : 2 ** (poolShift - 1);
        const word = pooled.map((value) => (average ? Math.floor((value + half) / 2 ** poolShift) : value));
        this.write(out.base + tiles + x * out.column + y * out.row, word);
      }
    }
  }

  /** Weights of a fold, [channel][filter]: a code, or undefined where it does not count. */
  private push(): (number | undefined)[][] {
    const { weightParts, configuration } = this.compiled;
    const { dataBits, weightDepth } = configuration;
    const held: (number | undefined)[][] = [];
    for (let channel = this.lanes - 1; channel >= 0; channel--) {
      const word = this.weightWord++;
      expectThat(word < weightDepth, () => `weight word ${word} is in the buffer`);
      held[channel] = Array.from({ length: this.lanes }, (_, lane) => {
        const weight = getLane(this.weights, word * weightParts, lane, dataBits + 1);
        return weight >= 2 ** dataBits ? weight - 2 ** dataBits : undefined;
      });
    }
    return held;
  }

  /** Sums of one pixel, a lane a filter. */
  private pixel(levels: readonly number[], weights: (number | undefined)[][], filters: number): number[] {
    const { loops, origin, input, readsPictures, source, padEach, padBase, multiply } = this.fields;
    const { pads, configuration } = this.compiled;
    const { accBits, cell } = configuration;
    const minima = cell === 'minimum';
    let address = origin.address + (readsPictures ? this.imageAddress : 0);
    let { y, x } = origin;
    levels.forEach((at, level) => {
      address += at * loops[level]!.address;
      y += at * loops[level]!.y;
      x += at * loops[level]!.x;
    });
    const onMap = y >= 0 && y < input.height && x >= 0 && x < input.width;
    const padAddress = padBase + levels[9]! * loops[9]!.address + levels[0]!;
    const sums = Array.from({ length: filters }, () => 0);
    weights.forEach((lanes, channel) => {
      lanes.forEach((weight, lane) => {
        if (weight === undefined) return;
        expectThat(lane < filters, () => `lane ${lane} is a filter`);
        const code = onMap
          ? this.code(source, address, channel)
          : padEach
            ? this.code(source, padAddress, channel)
            : // Where there is none, no sum that counts may need one.
              (pads[padBase] ?? Number.NaN);
        const least = Math.min(code, weight);
        sums[lane]! += !minima ? Math.abs(code - weight) : multiply ? least : code - 2 * least;
      });
    });
    const [low, high] = minima ? [-(2 ** (accBits - 1)), 2 ** (accBits - 1)] : [0, 2 ** accBits];
    sums.forEach((sum) => expectThat(!(sum < low || sum >= high), () => `${sum} fits`));
    return sums;
  }

  private keep(index: number, totals: number[]): void {
    const { partialDepth = 0, sumBits } = this.compiled.configuration;
    expectThat(index < partialDepth, () => `pixel ${index} has a partial sum`);
    totals.forEach((total) =>
      expectThat(!(Math.abs(total) >= 2 ** (sumBits - 1)), () => `${total} fits ${sumBits} bits`),
    );
    this.partial[index] = totals;
  }

  private code(buffer: number, address: number, lane: number): number {
    const code = this.buffers[buffer]![address]?.[lane];
    expectThat(code !== undefined, () => `lane ${lane} of ${address} in buffer ${buffer} was written before`);
    return code!;
  }

  private write(address: number, word: Word): void {
    const { dest } = this.fields;
    const { activationDepth, resultDepth } = this.compiled.configuration;
    expectThat(
      address >= 0 && address < (dest === 2 ? resultDepth : activationDepth),
      () => `${address} is in a buffer`,
    );
    expectThat(!this.written.has(address), () => `address ${address} is written once`);
    this.written.set(address, word);
    for (const buffer of dest === 3 ? [0, 1] : [dest]) this.buffers[buffer]![address] = word;
  }

  private clamped(word: number, lane: number, total: number, shortcut: number): number {
    expectThat(Number.isInteger(total), () => 'a total is an integer');
    const { mul, add, shift, shortcutMul } = this.laneFolds.get(word * 256 + lane)!;
    const { low, high } = this.fields;
    const scaled = (BigInt(total) * mul + BigInt(shortcut) * shortcutMul + add) >> shift;
    return Math.min(Math.max(Number(scaled), low), high);
  }
}

/** A layer's map from the words that records wrote, by address: those of a row that is computed again are the same. */
function codesOf(
  { records, placements, network, configuration }: CompiledNetwork,
  layer: number,
  written: readonly ReadonlyMap<number, Word>[],
): number[] {
  const { width, channels } = layerGeometry(network.layers[layer]!.layer).output;
  const blocks = Math.ceil(channels / Math.min(configuration.rows, configuration.columns));
  const words: Word[] = [];
  written.forEach((wordsOfRecord, index) => {
    const { layer: its, rows } = records[index]!;
    if (its !== layer) return;
    const before = rows.destFrom * width * blocks - placements[layer]!.dest.base;
    for (const [address, word] of wordsOfRecord) {
      const at = before + address;
      const same = words[at]?.every((code, lane) => code === word[lane]) ?? true;
      expectThat(same, () => `word ${at} is ${word.join(' ')} again`);
      words[at] = word;
    }
  });
  return words.flat() as number[];
}

/** Values in words of so many lanes; the last has the rest. */
function blocksOf(values: readonly number[], lanes: number): Word[] {
  return Array.from({ length: Math.ceil(values.length / lanes) }, (_, at) =>
    values.slice(at * lanes, (at + 1) * lanes),
  );
}

/** The words of a picture: of each pixel its channels, or all that a row of the first kernel covers of its row. */
function pictureWords({ images, configuration, network }: CompiledNetwork, picture: readonly number[]): Word[] {
  const lanes = Math.min(configuration.rows, configuration.columns);
  const { layer, padCodes } = network.layers.find((one) => one.layer.source === 'image')!;
  const { height, width, channels } = layer.input;
  const pixel = (row: number, column: number): number[] => {
    if (column < 0 || column >= width) return [...padCodes];
    const from = (row * width + column) * channels;
    return picture.slice(from, from + channels);
  };
  const words: Word[] = [];
  for (let row = 0; row < height; row++) {
    if (images.rowsOf === null) {
      for (let column = 0; column < width; column++) words.push(...blocksOf(pixel(row, column), lanes));
      continue;
    }
    // As many positions as the kernel has, but for the last that no window is pooled from.
    const { kernelWidth, dilation, stride, padding, pool, poolStride, poolPadding } = layer;
    const reach = (kernelWidth - 1) * dilation;
    const positions: number[] = [];
    for (let left = -padding; left + reach < width + padding; left += stride) positions.push(left);
    const windows = Math.floor((positions.length + 2 * poolPadding - pool) / poolStride) + 1;
    for (const left of positions.slice(0, (windows - 1) * poolStride + pool - poolPadding)) {
      const columns = Array.from({ length: kernelWidth }, (_, column) => pixel(row, left + column * dilation));
      words.push(...blocksOf(columns.flat(), lanes));
    }
  }
  expectThat(words.length === images.words, () => `a picture has ${images.words} words, not ${words.length}`);
  return words;
}

/**
 * Runs a network compiled with held weights on images.
 * @param images codes [image][row][column][channel]
 * @returns maps of all images, [layer][image][row][column][channel]
 */
export function interpretHeld(compiled: CompiledNetwork, images: ArrayLike<number>, count: number): number[][] {
  const { configuration, images: place, laneFolds, padWords, program, network } = compiled;
  const lanes = Math.min(configuration.rows, configuration.columns);
  const folds = new Map([...laneFolds.addresses].map((address, at) => [address, foldFields(laneFolds.words, at)]));
  const buffers: Word[][] = [[], [], []];
  const { input } = network.network.layers.find(({ source }) => source === 'image')!;
  const size = input.height * input.width * input.channels;
  for (const { buffer, base, words } of padWords) {
    const parts = Math.ceil((configuration.rows * configuration.dataBits) / 32);
    for (let word = 0; word < words.length / parts; word++) {
      buffers[buffer]![base + word] = Array.from({ length: lanes }, (_, lane) =>
        getLane(words, word * parts, lane, configuration.dataBits),
      );
    }
  }
  const load = (image: number): void => {
    const base = place.addresses[image % place.addresses.length]!;
    pictureWords(
      compiled,
      Array.from({ length: size }, (_, at) => images[image * size + at]!),
    ).forEach((word, at) => {
      buffers[place.buffer]![base + at] = word;
    });
  };
  const weights = new WeightBuffer(compiled);
  const maps: number[][] = compiled.plans.map(() => []);
  for (let image = 0; image < count; image++) {
    if (image === 0 || place.addresses.length === 1) load(image);
    if (place.addresses.length === 2 && image + 1 < count) load(image + 1);
    const written: ReadonlyMap<number, Word>[] = [];
    for (let record = 0, last = false; !last; record++) {
      const words = program.slice(record * WORDS_OF_RECORD, (record + 1) * WORDS_OF_RECORD);
      expectThat(((words[0]! >>> HELD) & 1) === 1, () => 'a layer holds its weights');
      const fields = readFields(words);
      const imageAddress = place.addresses[image % place.addresses.length]!;
      const run = new HeldRun(compiled, weights, buffers, fields, imageAddress, folds);
      if (fields.segment) weights.withSegment(() => run.run());
      else run.run();
      written.push(run.written);
      ({ last } = fields);
    }
    maps.forEach((map, layer) => map.push(...codesOf(compiled, layer, written)));
  }
  return maps;
}
