// SPDX-License-Identifier: Apache-2.0
// Runs a compiled program word by word: what adder_core does, without its clocks.
//
// Plain nested loops over the fields of each record, one image at a time. Nothing comes from the network's description. What must not happen on chip is an error here: a value that was never written is read, an
// address is past a buffer, a sum or total is wider than its register, a code is not one.

import { type CompiledNetwork, getLane } from '../../src/compile/index.ts';
import { type LoopFields, readFields, type RecordFields, WORDS_OF_RECORD } from './program-fields.ts';

/** A loaded core with one row. */
interface Machine {
  readonly compiled: CompiledNetwork;
  /** Activation buffers 0 and 1, and the result buffer; holes were never written. */
  readonly buffers: readonly number[][];
  /** The weight buffer. */
  readonly weights: Uint32Array;
  /** Segments that were loaded, and that records have begun to use, since the start. */
  loaded: number;
  used: number;
}

/** One filter's fold. */
export interface FoldFields {
  readonly mul: bigint;
  readonly add: bigint;
  readonly shift: bigint;
  readonly shortcutMul: bigint;
}

function createMachine(compiled: CompiledNetwork): Machine {
  const { weightDepth } = compiled.configuration;
  const weights = new Uint32Array(weightDepth * compiled.weightParts);
  weights.set(compiled.weights);
  return { compiled, buffers: [[], [], []], weights, loaded: 0, used: 0 };
}

/** Loads segments until the next and the one after it are there, as early as there is room for them. */
function loadSegments(machine: Machine): void {
  const { segments, weightParts } = machine.compiled;
  while (machine.loaded < machine.used + 2) {
    const { base, weights } = segments[machine.loaded % segments.length]!;
    machine.weights.set(weights, base * weightParts);
    machine.loaded++;
  }
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
    if (fields.segment) loadSegments(machine);
    written.push(new RecordRun(machine, fields, imageAddress).run());
    if (fields.segment) machine.used++;
    last = fields.last;
  }
  return written;
}

function expectThat(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`program: ${what()}`);
}

/** One record of one image. */
class RecordRun {
  private readonly writes = new Map<number, number>();
  /** One counter for each loop, innermost first. */
  private readonly at: number[] = Array.from({ length: 10 }, () => 0);

  private readonly compiled: CompiledNetwork;
  private readonly buffers: readonly number[][];
  private readonly weights: Uint32Array;
  private readonly fields: RecordFields;
  private readonly imageAddress: number;

  constructor({ compiled, buffers, weights }: Machine, fields: RecordFields, imageAddress: number) {
    this.compiled = compiled;
    this.buffers = buffers;
    this.weights = weights;
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

  /** The columns of this tile: pixels times filters, each {lane, filter of the tile}. */
  private columns(): { lane: number; filter: number }[] {
    const { tileColumns, lastColumns, tileFilters, lastFilters, loops } = this.fields;
    const last = this.at[8] === loops[8]!.count - 1;
    const filters = last ? lastFilters : tileFilters;
    const columns = last ? lastColumns : tileColumns;
    expectThat(columns % filters === 0, () => 'a tile has all its filters for each of its pixels');
    expectThat(columns <= this.compiled.configuration.columns, () => 'a tile fits the columns');
    return Array.from({ length: columns }, (_, lane) => ({ lane, filter: lane % filters }));
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

  /** One pass over the taps: the sum of |x - w| of each column over the lanes in use. */
  private pass(columns: ReturnType<RecordRun['columns']>): number[] {
    const { loops, weightBase, origin, input, padEach, padBase, source, readsPictures } = this.fields;
    const { weightParts, pads, configuration } = this.compiled;
    const { dataBits, accBits, weightDepth } = configuration;
    const [channel, right, down, plane] = loops as [LoopFields, LoopFields, LoopFields, LoopFields];
    const passes = (this.at[9]! * loops[8]!.count + this.at[8]!) * plane.count + this.at[3]!;
    let word = weightBase + passes * channel.count * right.count * down.count;
    const lanes = columns.map(({ lane }) => lane);
    const used = 2 ** dataBits;
    const sums = columns.map(() => 0);
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
        const x = firstX + i1 * right.x;
        const onMap = y >= 0 && y < input.height && x >= 0 && x < input.width;
        for (let i0 = 0; i0 < channel.count; i0++, word++) {
          const address = first + i2 * down.address + i1 * right.address + i0 * channel.address;
          // Where there is no code to read outside, no sum that counts may need one.
          const code = onMap
            ? this.read(source, address)
            : (pads[padBase + (padEach ? firstChannel + i0 : 0)] ?? Number.NaN);
          for (let column = 0; column < columns.length; column++) {
            const weight = getLane(this.weights, word * weightParts, lanes[column]!, dataBits + 1);
            if (weight >= used) sums[column]! += Math.abs(code - (weight - used));
          }
        }
      }
    }
    expectThat(word <= weightDepth, () => `weight word ${word - 1} is in the buffer`);
    sums.forEach((sum) => expectThat(!(sum >= 2 ** accBits), () => `${sum} fits ${accBits} bits`));
    return sums;
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

/**
 * Runs a compiled network on images, in the places of pictures by turns: where there are two, an image is there before
 * the one before it runs.
 * @param images codes [image][row][column][channel]
 * @returns maps of all images, [layer][image][row][column][channel]
 */
export function interpretProgram(compiled: CompiledNetwork, images: ArrayLike<number>, count: number): number[][] {
  const machine = createMachine(compiled);
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
    maps.forEach((map, layer) => {
      const codes = written.flatMap((codesOf, record) =>
        compiled.records[record]!.layer === layer ? [...codesOf] : [],
      );
      map.push(...codes.sort(([a], [b]) => a - b).map(([, code]) => code));
    });
  }
  return maps;
}
