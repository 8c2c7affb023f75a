// SPDX-License-Identifier: Apache-2.0
// The feeder of cells of minima with its memories of flags, of the map's words and of the weights', against plain loops over a layer's taps: which are issued, with
// which addresses, and in which clock.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, type Model, type Simulation } from '../../sim/index.ts';
import { encodeLayerFields, LAYER_WORDS } from '../support/program-document.ts';
import { testedSources } from '../support/tested-rtl.ts';

/** Words of the buffer: not a multiple of 16, so that a word of flags lies across its end. */
const DEPTH = 2021;
const WEIGHT_DEPTH = 1013;
/** Windows that wait at most. */
const QUEUE = 4;

const folder = mkdtempSync(join(tmpdir(), 'berus scanner '));
afterAll(() => rmSync(folder, { recursive: true }));

/** A tap enters in each clock with `allow` in which there is one. */
const FED = `
module fed (
    input  wire clk, rst, layer_start, allow,
    input  wire [${32 * LAYER_WORDS - 1}:0] fields,
    input  wire [23:0] image_addr,
    input  wire write, write_weight, write_flag,
    input  wire [23:0] write_addr,
    output wire ready, issue, tile_last, nest_last, filters_last, map_read, flag_read, weight_flag_read, valid, first, last,
    output wire [23:0] activation_addr, weight_addr, pad_addr, weight_flag_addr,
    output wire [19:0] flag_block,
    output wire [2:0] tile_step
);
wire activation_read, weight_read, pad_read, waits, push, swap, x_used, column_used;
wire [7:0] x, w;
wire [15:0] flags, weight_flags;
assign issue = ready & allow;
feeder #(.ROWS(1), .COLUMNS(1), .LANES(1), .CELL(1)) feeder_u (
    .clk(clk), .rst(rst), .layer_start(layer_start), .issue(issue), .fields(fields), .image_addr(image_addr), .last_image(16'd0),
    .word_write(1'b0), .word_index(6'd0), .word(32'd0),
    .ready(ready), .tile_last(tile_last), .nest_last(nest_last), .waits(waits),
    .tile_step(tile_step), .filters_last(filters_last),
    .activation_read(activation_read), .map_read(map_read), .activation_addr(activation_addr), .activation_word(8'd0),
    .weight_read(weight_read), .weight_addr(weight_addr), .weight_word(9'd0), .pad_read(pad_read), .pad_addr(pad_addr), .pad_code(8'd0),
    .flag_read(flag_read), .flag_block(flag_block), .flags(flags),
    .weight_flag_read(weight_flag_read), .weight_flag_addr(weight_flag_addr), .weight_flags(weight_flags),
    .push(push), .swap(swap), .valid(valid), .first(first), .last(last), .x(x), .x_used(x_used), .w(w), .column_used(column_used));
flag_memory #(.DEPTH(${DEPTH})) flags_u (
    .clk(clk), .write(write), .write_addr(write_addr), .write_flag(write_flag),
    .read(flag_read), .read_block(flag_block), .flags(flags));
flag_window #(.DEPTH(${WEIGHT_DEPTH})) weight_flags_u (
    .clk(clk), .write(write_weight), .write_addr(write_addr), .write_flag(write_flag),
    .read(weight_flag_read), .read_addr(weight_flag_addr), .flags(weight_flags));
wire unused = &{1'b0, activation_read, weight_read, pad_read, waits, push, swap, x, w, x_used, column_used};
endmodule
`;

let model: Model;
beforeAll(async () => {
  const top = join(folder, 'fed.v');
  writeFileSync(top, FED);
  model = await build({ top: 'fed', sources: [top, ...testedSources()] });
});

const count = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

const layers = fc
  .record({
    rowRun: fc.boolean(),
    channels: fc.oneof(count(5), count(40)),
    groups: count(2),
    height: count(6),
    width: fc.oneof(count(6), count(40)),
    kernelHeight: count(3),
    kernelWidth: fc.oneof(count(4), count(35)),
    planes: count(2),
    pool: count(2),
    windows: fc.tuple(count(3), count(3)),
    tiles: count(2),
    stride: count(3),
    dilation: count(2),
    padding: fc.tuple(fc.nat(3), fc.nat(20)),
    base: fc.nat(40),
    image: fc.oneof(fc.constant(0), fc.nat(40), fc.constant(DEPTH - 60)),
    readsPictures: fc.boolean(),
    padPerChannel: fc.boolean(),
    padsZero: fc.boolean(),
    multiplies: fc.boolean(),
    /** Below 16 a window's first lanes may be before the first weight. */
    weightBase: fc.oneof(fc.nat(15), fc.nat(60), fc.constant(WEIGHT_DEPTH - 40)),
  })
  .map(({ rowRun, kernelWidth, ...shape }) =>
    rowRun
      ? { ...shape, rowRun, kernelWidth, channels: 1, groups: 1, padPerChannel: false }
      : { ...shape, rowRun, kernelWidth: Math.min(kernelWidth, 4) },
  )
  .filter(
    ({ channels, groups, kernelHeight, kernelWidth, planes, pool, windows, tiles }) =>
      channels * groups * kernelHeight * kernelWidth * planes * pool * pool * windows[0] * windows[1] * tiles < 4000,
  );

type Shape = typeof layers extends fc.Arbitrary<infer One> ? One : never;

const PAD_BASE = 100;
const MASK = 2 ** 24 - 1;

function wordsOf(shape: Shape): Uint32Array {
  const { rowRun, channels, groups, height, width, kernelHeight, kernelWidth, stride, dilation, padding, base } = shape;
  const all = channels * groups;
  const step = rowRun ? 1 : dilation;
  const jump = stride * shape.pool;
  return encodeLayerFields({
    ...{ row_run: Number(rowRun), reads_pictures: Number(shape.readsPictures), pads_zero: Number(shape.padsZero) },
    ...{ pad_per_channel: Number(shape.padPerChannel), multiply: Number(shape.multiplies) },
    ...{ weight_base: shape.weightBase, pad_base: PAD_BASE },
    limit_0: (rowRun ? kernelWidth : channels) - 1,
    limit_1: rowRun ? 0 : kernelWidth - 1,
    ...{ limit_2: kernelHeight - 1, limit_3: shape.planes - 1, limit_4: shape.pool - 1, limit_5: shape.pool - 1 },
    ...{ limit_6: shape.windows[0] - 1, limit_7: shape.windows[1] - 1, limit_8: shape.tiles - 1, limit_9: groups - 1 },
    ...{ addr_step_1: step * all, addr_step_2: dilation * width * all, addr_step_4: stride * all },
    ...{ addr_step_5: stride * width * all, addr_step_6: jump * all, addr_step_7: jump * width * all },
    ...{ addr_step_9: channels, x_step_1: step, y_step_2: dilation, x_step_4: stride, y_step_5: stride },
    ...{ x_step_6: jump, y_step_7: jump, x_origin: -padding[1], y_origin: -padding[0] },
    ...{ in_width: width, in_height: height, addr_origin: base - (padding[0] * width + padding[1]) * all },
  });
}

/** A tap, by the feeder's ports. */
interface Tap {
  readonly tile_last: number;
  readonly nest_last: number;
  readonly map_read: number;
  readonly activation_addr: number;
  readonly weight_addr: number;
  readonly pad_addr: number;
}

/** Taps of a run that share 16 aligned addresses. */
interface Window {
  readonly block: number;
  readonly issued: readonly Tap[];
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** Every window of a layer, in order, with its taps that are issued. */
function windowsOf(
  shape: Shape,
  isZero: (address: number) => boolean,
  isUnused: (address: number) => boolean,
): Window[] {
  const { rowRun, channels, groups, height, width, kernelHeight, kernelWidth, planes, pool, windows, tiles } = shape;
  const { stride, dilation, padding, base, image, readsPictures, padPerChannel, padsZero, weightBase, multiplies } =
    shape;
  const all = channels * groups;
  const step = rowRun ? 1 : dilation;
  const taps = channels * kernelHeight * kernelWidth;
  const found: Window[] = [];
  const loops = [groups, tiles, windows[1], windows[0], pool, pool, planes].map(range);
  const nest = loops.reduce<number[][]>((outer, inner) => outer.flatMap((at) => inner.map((i) => [...at, i])), [[]]);
  nest.forEach(([group, tile, down, right, poolDown, poolRight, plane], pass) => {
    const y0 = (down! * pool + poolDown!) * stride - padding[0];
    const x0 = (right! * pool + poolRight!) * stride - padding[1];
    const weights = weightBase + ((group! * tiles + tile!) * planes + plane!) * taps;
    const all_taps = range(taps).map((k) => {
      const c = k % channels;
      const column = Math.floor(k / channels) % kernelWidth;
      const row = Math.floor(k / channels / kernelWidth);
      const [y, x] = [y0 + row * dilation, x0 + column * step];
      const onMap = y >= 0 && y < height && x >= 0 && x < width;
      const address = (base + (readsPictures ? image : 0) + (y * width + x) * all + group! * channels + c) & MASK;
      return {
        run: rowRun ? row : row * kernelWidth + column,
        adds: (onMap ? !isZero(address) : !padsZero) && !(multiplies && isUnused(weights + k)),
        tap: {
          tile_last: Number(k === taps - 1),
          nest_last: Number(k === taps - 1 && pass === nest.length - 1),
          map_read: Number(onMap),
          activation_addr: address,
          weight_addr: weights + k,
          pad_addr: PAD_BASE + (padPerChannel ? group! * channels + c : 0),
        },
      };
    });
    for (let from = 0; from < taps;) {
      const { run, tap } = all_taps[from]!;
      const block = tap.activation_addr >> 4;
      let to = from + 1;
      while (to < taps && all_taps[to]!.run === run && all_taps[to]!.tap.activation_addr >> 4 === block) to++;
      const window = all_taps.slice(from, to);
      const adding = window.filter(({ adds }) => adds);
      const issued = adding.length === 0 && to === taps ? [window.at(-1)!] : adding;
      // The highest that is issued ends the tile in the place of its last tap.
      found.push({
        block,
        issued: issued.map(({ tap: one }, index) => {
          const ends = to === taps && index === issued.length - 1;
          return {
            ...one,
            tile_last: Number(ends),
            nest_last: Number(ends && pass === nest.length - 1),
          };
        }),
      });
      from = to;
    }
  });
  return found;
}

/** What the ports show in each clock from the first after the layer's start on, until the nest's last tap is issued. */
function clocksOf({ multiplies }: Shape, windows: readonly Window[], allow: readonly boolean[]) {
  const clocks: { ready: number; flag_read: number; weight_flag_read: number; block?: number; tap?: Tap }[] = [];
  const queue: Tap[][] = [];
  let [next, walked]: [number, Window | undefined] = [0, undefined];
  for (let done = false; !done;) {
    const scans: boolean = next < windows.length && queue.length + (walked ? 1 : 0) < QUEUE;
    const tap = queue[0]?.[0];
    const issues = tap !== undefined && allow[clocks.length % allow.length]!;
    clocks.push({
      ready: Number(tap !== undefined),
      flag_read: Number(scans),
      weight_flag_read: Number(scans && multiplies),
      ...(scans && { block: windows[next]!.block }),
      ...(issues && { tap }),
    });
    if (issues) {
      queue[0]!.shift();
      if (queue[0]!.length === 0) queue.shift();
      done = tap.nest_last === 1;
    }
    if (walked && walked.issued.length > 0) queue.push([...walked.issued]);
    walked = scans ? windows[next] : undefined;
    if (scans) next++;
  }
  return clocks;
}

const OUTPUTS = [
  ...[
    'ready',
    'issue',
    'tile_last',
    'nest_last',
    'map_read',
    'flag_read',
    'weight_flag_read',
    'valid',
    'first',
    'last',
  ],
  ...['activation_addr', 'weight_addr', 'pad_addr', 'flag_block'],
] as const;

/** Loads flags from address 0 on. */
function load(sim: Simulation, flags: readonly boolean[], used: readonly boolean[]): void {
  const { dut } = sim;
  Object.assign(dut, { rst: 1, layer_start: 0, allow: 0 });
  for (const [port, loaded] of [
    ['write', flags],
    ['write_weight', used],
  ] as const) {
    dut[port] = 1;
    sim.batch({ write_addr: Uint32Array.from(loaded.keys()), write_flag: Uint8Array.from(loaded, Number) });
    dut[port] = 0;
  }
  dut['rst'] = 0;
}

/** Starts a layer. */
function begin(sim: Simulation, words: Uint32Array, image = 0): void {
  const { dut } = sim;
  Object.assign(dut, { fields: [...words].reduceRight((all, word) => (all << 32n) | BigInt(word), 0n) });
  Object.assign(dut, { image_addr: image, layer_start: 1 });
  sim.tick();
  dut['layer_start'] = 0;
}

/** Bits that are 1 in about so many of 16 places. */
const densities = fc.constantFrom(0, 1, 4, 12, 16);

describe('feeder of cells of minima', () => {
  it('should issue the taps that add something, and each tile a last one, as early as their flags are known', () => {
    fc.assert(
      fc.property(
        layers,
        layers,
        fc.infiniteStream(fc.nat(15)),
        densities,
        densities,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }).map((holds) => [...holds, true]),
        fc.nat(2 ** 31 - 2),
        (first, second, numbers, density, weightDensity, allow, seed) => {
          using sim = model.create({ seed: seed + 1 });
          const flags = [...numbers.take(DEPTH).map((number) => number < density)];
          const used = [...numbers.take(WEIGHT_DEPTH).map((number) => number < weightDensity)];
          load(sim, flags, used);
          for (const shape of [first, second]) {
            begin(sim, wordsOf(shape), shape.image);
            const windows = windowsOf(
              shape,
              (address) => address < DEPTH && !flags[address]!,
              (address) => address < WEIGHT_DEPTH && !used[address]!,
            );
            const clocks = clocksOf(shape, windows, allow);
            const allowed = Uint8Array.from(clocks, (_, clock) => Number(allow[clock % allow.length]));
            // Two clocks more, in which the last tap leaves the feeder.
            const got: Record<string, ArrayLike<number | bigint>> = sim.batch(
              { allow: Uint8Array.of(...allowed, 1, 1) },
              [...OUTPUTS],
            );
            const at = (name: string, clock: number): number => Number(got[name]![clock]);
            let begins = 1;
            clocks.forEach(({ block, tap, ...expected }, clock) => {
              const names = Object.keys(tap ?? {}).filter((name) => name !== 'activation_addr' || tap!.map_read === 1);
              const shown = (name: string): [string, number] => [name, at(name, clock)];
              expect({
                clock,
                ...Object.fromEntries(['ready', 'flag_read', 'weight_flag_read', 'issue', ...names].map(shown)),
                ...(block !== undefined && { block: at('flag_block', clock) }),
                later: tap && ['valid', 'first', 'last'].map((name) => at(name, clock + 2)),
              }).toEqual({
                clock,
                ...expected,
                issue: Number(tap !== undefined),
                ...(block !== undefined && { block }),
                ...(tap && Object.fromEntries(names.map((name) => [name, tap[name as keyof Tap]]))),
                later: tap && [1, begins, tap.tile_last],
              });
              if (tap) begins = tap.tile_last;
            });
            const after = ['ready', 'flag_read', 'weight_flag_read'].map((name) => at(name, clocks.length));
            expect(after).toEqual([0, 0, 0]);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** A layer of one run, and what its words are. */
interface OneRun {
  /** Addresses of weights with a lane in use. */
  readonly used: readonly number[];
  readonly taps?: number;
  /** Address of the first weight. */
  readonly base?: number;
  readonly multiplies?: number;
  /** Addresses of the map that are 0. */
  readonly zeros?: readonly number[];
}

describe('taps of weights that are not in use', () => {
  /** One pixel of one run of channels from address 10 on: windows of 6 and 16 taps, and what is left. */
  const addressesOf = ({ used, taps = 24, base = 3, multiplies = 1, zeros = [] }: OneRun): number[] => {
    using sim = model.create({ seed: 7 });
    load(
      sim,
      range(64).map((address) => !zeros.includes(address)),
      range(64).map((address) => used.includes(address)),
    );
    begin(
      sim,
      encodeLayerFields({
        ...{ limit_0: taps - 1, in_width: 1, in_height: 1, addr_origin: 10, weight_base: base, multiply: multiplies },
      }),
    );
    const clocks = 40;
    const { issue, weight_addr, tile_last, weight_flag_read } = sim.batch({ allow: new Uint8Array(clocks).fill(1) }, [
      'issue',
      'weight_addr',
      'tile_last',
      'weight_flag_read',
    ]);
    const issued = range(clocks).filter((clock) => issue![clock] === 1);
    expect(issued.map((clock) => tile_last![clock])).toEqual(issued.map((_, i) => Number(i === issued.length - 1)));
    expect(weight_flag_read!.some((read) => read === 1)).toBe(multiplies === 1);
    return issued.map((clock) => Number(weight_addr![clock]));
  };

  it('should be skipped, in windows that begin below 0, in one block and in the next', () => {
    // Weights 3 to 8, which are lanes 10 to 15 from -7 on; 9 to 24, from block 0 into block 1; 25 and 26, from block 1 on.
    const used = [4, 8, 9, 15, 16, 24, 26];
    expect(addressesOf({ used })).toEqual(used);
    // 33 to 38 from 23 on, of block 1 and then 2; 39 to 54; 55 and 56 from block 3 on.
    const later = [33, 38, 39, 47, 48, 54, 55];
    expect(addressesOf({ used: [...later, 32, 57], base: 33 })).toEqual([...later]);
  });

  it('should be issued where the layer adds', () => {
    expect(addressesOf({ used: [4], multiplies: 0 })).toEqual(range(24).map((tap) => 3 + tap));
  });

  it('should be issued only if the activation is not 0 either', () => {
    // Taps 1, 5 and 6 have a weight; of these, addresses 11 and 16 of the map are 0.
    expect(addressesOf({ used: [4, 8, 9, 26], zeros: [11, 16] })).toEqual([8, 26]);
  });

  it('should be issued where a tile would end without a tap', () => {
    expect(addressesOf({ used: [4] })).toEqual([4, 26]);
    expect(addressesOf({ used: [] })).toEqual([26]);
    expect(addressesOf({ used: [25] })).toEqual([25]);
  });
});
