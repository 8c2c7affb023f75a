// SPDX-License-Identifier: Apache-2.0
// Runs a compiled program word by word: what adder_core does, without its clocks.
//
// Plain nested loops over the fields of each record, one image at a time. Nothing comes from the network's description. What must not happen on chip is an error here: a value that was never written is read, an
// address is past a buffer, a sum or total is wider than its register, a code is not one.

import { type ArrayCell, type CompiledNetwork, getLane } from '../../src/compile/index.ts';
import { layerGeometry } from '../../src/network/index.ts';
import { type LoopFields, readFields, type RecordFields, WORDS_OF_RECORD } from './program-fields.ts';

/** The weight buffer of a core, with the weights that stay. */
export class WeightBuffer {
  readonly words: Uint32Array;
  readonly #compiled: CompiledNetwork;
  /** Segments that were loaded, and that records have used, since the start. */
  #loaded = 0;
  #used = 0;

  constructor(compiled: CompiledNetwork) {
    this.words = new Uint32Array(compiled.configuration.weightDepth * compiled.weightParts);
    this.words.set(compiled.weights);
    this.#compiled = compiled;
  }

  /** Runs a record that uses a segment: that and the one after it are loaded, as early as there is room for them. */
  withSegment<T>(record: () => T): T {
    const { segments, weightParts } = this.#compiled;
    for (; this.#loaded < this.#used + 2; this.#loaded++) {
      const { base, weights } = segments[this.#loaded % segments.length]!;
      this.words.set(weights, base * weightParts);
    }
    const result = record();
    this.#used++;
    return result;
  }
}

/** A loaded core with one row. */
interface Machine {
  readonly compiled: CompiledNetwork;
  /** Activation buffers 0 and 1, and the result buffer; holes were never written. */
  readonly buffers: readonly number[][];
  readonly weights: WeightBuffer;
}

/** One filter's fold. */
export interface FoldFields {
  readonly mul: bigint;
  readonly add: bigint;
  readonly shift: bigint;
  readonly shortcutMul: bigint;
}

/**
 * Runs the program on the picture at an address.
 * @returns for each record the codes it wrote, by address
 */
function runProgram(machine: Machine, imageAddress: number): Map<number, number>[] {
  const { program } = machine.compiled;
  const written: Map<number, number>[] = [];
  for (let last = false; !last;) {
    const at = written.length * WORDS_OF_RECORD;
    const fields = readFields(program.slice(at, at + WORDS_OF_RECORD));
    const run = (): Map<number, number> => new RecordRun(machine, fields, imageAddress).run();
    written.push(fields.segment ? machine.weights.withSegment(run) : run());
    last = fields.last;
  }
  return written;
}

function expectThat(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`program: ${what()}`);
}

/** A lane of a weight word that uses its tap. */
interface Tap {
  readonly lane: number;
  readonly weight: number;
}

/** One record of one image. */
class RecordRun {
  private readonly writes = new Map<number, number>();
  /** One counter for each loop, innermost first. */
  private readonly at: number[] = Array.from({ length: 10 }, () => 0);

  /** By weight word. */
  private readonly taps = new Map<number, readonly Tap[]>();

  private readonly compiled: CompiledNetwork;
  private readonly buffers: readonly number[][];
  private readonly weights: Uint32Array;
  private readonly fields: RecordFields;
  private readonly imageAddress: number;

  constructor({ compiled, buffers, weights }: Machine, fields: RecordFields, imageAddress: number) {
    this.compiled = compiled;
    this.buffers = buffers;
    this.weights = weights.words;
    this.fields = fields;
    this.imageAddress = imageAddress;
    expectThat(fields.magic === 0xad, () => 'a record begins with AD');
  }

  /** @returns codes written, by address */
  run(): Map<number, number> {
    this.loop([9, 8, 7, 6], () => this.window());
    return this.writes;
  }

  /** Nested loops, the outermost first. */
  private loop([outer, ...inner]: readonly number[], body: () => void): void {
    if (outer === undefined) return body();
    const { count } = this.fields.loops[outer]!;
    for (let i = 0; i < count; i++) {
      this.at[outer] = i;
      this.loop(inner, body);
    }
    this.at[outer] = 0;
  }

  /**
   * The columns of this tile that sum filters: pixels times filters, each {lane, filter of the tile}, and the lane that
   * sums the pixel's activations.
   */
  private columns(): { lane: number; filter: number; activations: number }[] {
    const { tileColumns, lastColumns, tileFilters, lastFilters, sumColumns, loops } = this.fields;
    const last = this.at[8] === loops[8]!.count - 1;
    const filters = last ? lastFilters : tileFilters;
    const columns = last ? lastColumns : tileColumns;
    const ofPixel = filters + (sumColumns ? 1 : 0);
    expectThat(columns % ofPixel === 0, () => 'a tile has all its filters for each of its pixels');
    expectThat(columns <= this.compiled.configuration.columns, () => 'a tile fits the columns');
    return Array.from({ length: columns }, (_, lane) => ({
      lane,
      filter: lane % ofPixel,
      activations: lane - (lane % ofPixel) + filters,
    })).filter(({ filter }) => filter < filters);
  }

  /** A pooling window of each packed pixel: tiles are summed, folded and pooled, then written. */
  private window(): void {
    const { average, poolShift, out, convolved, groupFilters, tileFilters } = this.fields;
    const columns = this.columns();
    const firstFilter = this.at[9]! * groupFilters + this.at[8]! * tileFilters;
    const pooled = columns.map(() => 0);
    this.loop([5, 4], () => {
      const codes = this.tile(columns, firstFilter);
      const y = convolved.y + this.at[7]! * convolved.stepY + this.at[5]!;
      const x = convolved.x + this.at[6]! * convolved.stepX + this.at[4]!;
      // Packed pixels have no padding around the convolved map, so that the first pixel stands for all.
      if (y < 0 || y >= convolved.height || x < 0 || x >= convolved.width) return;
      codes.forEach((code, column) => {
        expectThat(Number.isInteger(code), () => 'a code is an integer');
        pooled[column] = average ? pooled[column]! + code : Math.max(pooled[column]!, code);
      });
    });
    // From the last column down, as sums leave the array.
    let address = out.base + this.at[7]! * out.row + this.at[6]! * out.column + firstFilter + out.top;
    address += columns.at(-1)!.filter;
    for (let column = columns.length - 1; column >= 0; column--) {
      const half = poolShift === 0 ? 0 : 2 ** (poolShift - 1);
      const code = average ? Math.floor((pooled[column]! + half) / 2 ** poolShift) : pooled[column]!;
      this.write(address, code);
      address -= 1 + (columns[column]!.filter === 0 ? out.wrap : 0);
    }
  }

  private write(address: number, code: number): void {
    const { dest } = this.fields;
    const { activationDepth, resultDepth, dataBits } = this.compiled.configuration;
    expectThat(
      address >= 0 && address < (dest === 2 ? resultDepth : activationDepth),
      () => `address ${address} is in a buffer`,
    );
    expectThat(code < 2 ** dataBits, () => `${code} is a code`);
    expectThat(!this.writes.has(address), () => `address ${address} is written once`);
    this.writes.set(address, code);
    for (const buffer of dest === 3 ? [0, 1] : [dest]) this.buffers[buffer]![address] = code;
  }

  /** The codes of a tile's columns, each the fold of its sum and of the shortcut's code. */
  private tile(columns: ReturnType<RecordRun['columns']>, firstFilter: number): number[] {
    const { added, hasShortcut, foldBase, multiply, loops, convolved } = this.fields;
    const { sumBits } = this.compiled.configuration;
    const totals = columns.map(() => 0);
    for (let plane = 0; plane < loops[3]!.count; plane++) {
      this.at[3] = plane;
      this.pass(columns).forEach((sum, column) => {
        totals[column] = plane > 0 ? 2 * totals[column]! + sum : multiply ? -sum : sum;
        expectThat(
          !(Math.abs(totals[column]! + 0.5) > 2 ** (sumBits - 1)),
          () => `${totals[column]} fits ${sumBits} bits`,
        );
      });
    }
    const y = convolved.y + this.at[7]! * convolved.stepY + this.at[5]!;
    const x = convolved.x + this.at[6]! * convolved.stepX + this.at[4]!;
    const onMap = y >= 0 && y < convolved.height && x >= 0 && x < convolved.width;
    let address = added.base + this.at[7]! * added.row + this.at[6]! * added.column + firstFilter + added.top;
    address += this.at[4]! * added.inWindow[0] + this.at[5]! * added.inWindow[1] + columns.at(-1)!.filter;
    const codes = columns.map(() => 0);
    for (let column = columns.length - 1; column >= 0; column--) {
      const { filter } = columns[column]!;
      if (onMap) {
        const shortcut = hasShortcut ? this.read(1 - this.fields.source, address) : 0;
        codes[column] = this.fold(foldBase + firstFilter + filter, totals[column]!, shortcut);
      }
      address -= 1 + (filter === 0 ? added.wrap : 0);
    }
    return codes;
  }

  /**
   * One pass over the taps: of each column, over the lanes in use, the sum of |x - w|. Where cells add minima, the sum of
   * min(x, w) in layers that multiply, and in others what the sum of all x, or of those that the pixel's own column sums,
   * exceeds twice that by. Where cells multiply, the sum of x w.
   */
  private pass(columns: ReturnType<RecordRun['columns']>): number[] {
    const { loops, weightBase, origin, input, padEach, padBase, padsZero, source, readsPictures } = this.fields;
    const { multiply, sumColumns } = this.fields;
    const { pads, configuration } = this.compiled;
    const { dataBits, accBits, weightDepth, cell } = configuration;
    const minima = cell === 'minimum';
    const [channel, right, down, plane] = loops as [LoopFields, LoopFields, LoopFields, LoopFields];
    const passes = (this.at[9]! * loops[8]!.count + this.at[8]!) * plane.count + this.at[3]!;
    let word = weightBase + passes * channel.count * right.count * down.count;
    const lanes = [...new Set(columns.flatMap(({ lane, activations: sum }) => (sumColumns ? [lane, sum] : [lane])))];
    const used = 2 ** dataBits;
    const sums: number[] = Array.from({ length: configuration.columns }, () => 0);
    let activations = 0;
    let first = origin.address + (readsPictures ? this.imageAddress : 0);
    const firstChannel = this.at[9]! * loops[9]!.address;
    let { y: firstY, x: firstX } = origin;
    for (let level = 4; level < loops.length; level++) {
      first += this.at[level]! * loops[level]!.address;
      firstY += this.at[level]! * loops[level]!.y;
      firstX += this.at[level]! * loops[level]!.x;
    }
    for (let i2 = 0; i2 < down.count; i2++) {
      for (let i1 = 0; i1 < right.count; i1++) {
        const y = firstY + i2 * down.y;
        for (let i0 = 0; i0 < channel.count; i0++, word++) {
          const x = firstX + i1 * right.x + i0 * channel.x;
          const onMap = y >= 0 && y < input.height && x >= 0 && x < input.width;
          const address = first + i2 * down.address + i1 * right.address + i0 * channel.address;
          // Where there is no code to read outside, no sum that counts may need one. Zeros are skipped, not read.
          const code = onMap
            ? this.read(source, address)
            : minima && padsZero
              ? 0
              : (pads[padBase + (padEach ? firstChannel + i0 : 0)] ?? Number.NaN);
          activations += code;
          const taps = this.tapsOf(word, lanes);
          for (let i = 0; i < taps.length; i++) {
            const { lane, weight } = taps[i]!;
            sums[lane]! += tapValue(cell, code, weight, used);
          }
        }
      }
    }
    expectThat(word <= weightDepth, () => `weight word ${word - 1} is in the buffer`);
    const cellBits = cell === 'distance' || cell === undefined ? accBits : accBits - 1;
    sums.forEach((sum) =>
      expectThat(!(sum >= 2 ** cellBits || sum < -(2 ** cellBits)), () => `${sum} fits ${cellBits} bits`),
    );
    if (!minima) return columns.map(({ lane }) => sums[lane]!);
    return columns.map((column) => {
      const sum = sums[column.lane]!;
      const left = multiply ? sum : (sumColumns ? sums[column.activations]! : activations) - 2 * sum;
      // Two's complement.
      expectThat(!(Math.abs(left + 0.5) > 2 ** (accBits - 1)), () => `${left} fits ${accBits} bits`);
      return left;
    });
  }

  /** The lanes of a weight word that use its tap, of those that are asked for; kept, as every pixel asks for the same. */
  private tapsOf(word: number, lanes: readonly number[]): readonly Tap[] {
    const known = this.taps.get(word);
    if (known !== undefined) return known;
    const { weightParts, configuration } = this.compiled;
    const used = 2 ** configuration.dataBits;
    const taps = lanes
      .map((lane) => ({
        lane,
        weight: getLane(this.weights, word * weightParts, lane, configuration.dataBits + 1) - used,
      }))
      .filter(({ weight }) => weight >= 0);
    this.taps.set(word, taps);
    return taps;
  }

  private read(buffer: number, address: number): number {
    const code = this.buffers[buffer]![address];
    if (code === undefined)
      throw new Error(`program: address ${address} of buffer ${buffer} is read before it is written`);
    return code;
  }

  private fold(word: number, total: number, shortcut: number): number {
    // A tap without a code makes a total without one.
    if (Number.isNaN(total)) return Number.NaN;
    const { mul, add, shift, shortcutMul } = foldFields(this.compiled.folds, word);
    const { low, high } = this.fields;
    const scaled = (BigInt(total) * mul + BigInt(shortcut) * shortcutMul + add) >> shift;
    return Math.min(Math.max(Number(scaled), low), high);
  }
}

/** What a cell adds for a tap; `codes` is how many codes there are. */
function tapValue(cell: ArrayCell | undefined, x: number, w: number, codes: number): number {
  switch (cell) {
    case 'minimum':
      return Math.min(x, w);
    case 'product':
      return x * (w < codes / 2 ? w : w - codes);
    default:
      return Math.abs(x - w);
  }
}

/** A fold word's fields: mul 16 bits, add 40, shift 6, shortcutMul 24, from low to high. */
export function foldFields(folds: Uint32Array, word: number): FoldFields {
  const [low, middle, high] = folds.subarray(word * 3, word * 3 + 3);
  const bits = (BigInt(high!) << 64n) | (BigInt(middle!) << 32n) | BigInt(low!);
  return {
    mul: BigInt.asIntN(16, bits),
    add: BigInt.asIntN(40, bits >> 16n),
    shift: (bits >> 56n) & 63n,
    shortcutMul: BigInt.asIntN(24, bits >> 62n),
  };
}

/** A layer's map from the codes that records wrote, by address: those of a row that is computed again are the same. */
function codesOf(
  { records, placements, network }: CompiledNetwork,
  layer: number,
  written: readonly ReadonlyMap<number, number>[],
): number[] {
  const { width, channels } = layerGeometry(network.layers[layer]!.layer).output;
  const codes: number[] = [];
  written.forEach((codesOfRecord, index) => {
    const { layer: its, rows } = records[index]!;
    if (its !== layer) return;
    const before = rows.destFrom * width * channels - placements[layer]!.dest.base;
    for (const [address, code] of codesOfRecord) {
      const element = before + address;
      expectThat((codes[element] ?? code) === code, () => `element ${element} is ${code} again`);
      codes[element] = code;
    }
  });
  return codes;
}

/**
 * Runs a compiled network on images, in the places of pictures by turns: where there are two, an image is there before
 * the one before it runs.
 * @param images codes [image][row][column][channel]
 * @returns maps of all images, [layer][image][row][column][channel]
 */
export function interpretProgram(compiled: CompiledNetwork, images: ArrayLike<number>, count: number): number[][] {
  const machine: Machine = { compiled, buffers: [[], [], []], weights: new WeightBuffer(compiled) };
  const { buffer, addresses, words } = compiled.images;
  const load = (image: number): void => {
    for (let i = 0; i < words; i++) {
      machine.buffers[buffer]![addresses[image % addresses.length]! + i] = images[image * words + i]!;
    }
  };
  const maps: number[][] = compiled.plans.map(() => []);
  for (let image = 0; image < count; image++) {
    if (image === 0 || addresses.length === 1) load(image);
    if (addresses.length === 2 && image + 1 < count) load(image + 1);
    const written = runProgram(machine, addresses[image % addresses.length]!);
    maps.forEach((map, layer) => map.push(...codesOf(compiled, layer, written)));
  }
  return maps;
}
