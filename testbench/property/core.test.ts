// SPDX-License-Identifier: Apache-2.0
// The whole core against the reference: random networks of everything that it computes, random data, random holds, on
// cores of several shapes and widths; and that planted bugs are found, shrunk and explained.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endingOf } from '../../src/cli/failure.ts';
import { compileNetwork, loadConfiguration } from '../../src/compile/index.ts';
import { DeviceFault } from '../../src/device/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import {
  MINIMUM_CONFIGURATIONS,
  PRODUCT_CONFIGURATIONS,
  SEVERAL_TAPS_CONFIGURATIONS,
  SMALL_CONFIGURATIONS,
  STRIPS_CONFIGURATION,
} from '../support/configurations.ts';
import { shouldObeyTheReference } from '../support/core-property.ts';
import {
  chooseCases,
  FAULTY_BLOCKS,
  FAULTY_CORE,
  FAULTY_MINIMA,
  FAULTY_PRODUCTS,
  FAULTY_RUNS,
  findFault,
} from '../support/fault-finder.ts';
import { withBug } from '../support/planted-bug.ts';
import { deviceOfCore, SOON_COMPILED } from '../support/rtl-device.ts';

const CORES = {
  ...SMALL_CONFIGURATIONS,
  ...MINIMUM_CONFIGURATIONS,
  ...PRODUCT_CONFIGURATIONS,
  ...SEVERAL_TAPS_CONFIGURATIONS,
  '3x5 of 150 activation words': STRIPS_CONFIGURATION,
};

describe.each(Object.entries(CORES))('core %s', (name, configuration) => {
  it('should compute the reference integers and count as the closed form does', async () => {
    await shouldObeyTheReference({ name, configuration });
  });
});

/** Random cases on each wrong core. */
const CASES = 120;

/** A value that is not the reference's, and where and when it was made. */
const VALUE = /^layer layer\d, image \d+, element \d+, cell \(\d+, \d+\), tile \d+, cycle \d+: got \d+, expected \d+$/;
/** A value that was never made. */
const NO_WORD = /^layer layer\d, image \d+, element \d+, cell \(\d+, \d+\), tile \d+: got no word, expected \d+$/;
/** A count that is not the closed form's. */
const COUNT = /^layer \d: counted \d+ \w+, expected \d+$/;
/** Clocks of a layer that do not sum up to its total. */
const TOTAL = /^layer \d: total \d+$/;
/** What the core itself says, or what it cannot have done. */
const FAULT = /^Expected /;

/** Bugs of one place: file, what is wrong, text and what takes its place. */
const BUGS: readonly (readonly [file: string, what: string, from: string, to: string, found: RegExp])[] = [
  ['feeder.v', 'pads all channels alike', 'PAD_PER_CHANNEL = 8', 'PAD_PER_CHANNEL = 9', VALUE],
  ['tap_walker.v', 'pads groups alike', 'steps[GROUP] & ~each_image ?', "steps[GROUP] & 1'b0 ?", VALUE],
  ['tap_walker.v', 'keeps the first filters', 'last_plane & ~last_pixel ?', 'last_plane ?', COUNT],
  [
    'tile_walker.v',
    'takes the next pixel a filter late',
    "wrap       = filter == {W_COLS{1'b0}}",
    "wrap       = filter == {{W_COLS-1{1'b0}}, 1'b1}",
    VALUE,
  ],
  [
    'tile_walker.v',
    'adds codes of the wrong pixel',
    'shortcut_now + ~(shortcut_wrap',
    "shortcut_now - 1'b1 + (shortcut_wrap",
    VALUE,
  ],
  ['tile_walker.v', 'takes a row below the map', 'y >= conv_height', 'y > conv_height', VALUE],
  ['writeback.v', 'does not double a plane', "{partial[r*W_SUM +: W_SUM-1], 1'b0}", 'partial[r*W_SUM +: W_SUM]', VALUE],
  ['writeback.v', 'adds totals of the tile before', '{W_SUM{~first_plane_1}}', "{W_SUM{1'b1}}", VALUE],
  ['pool_lane.v', 'keeps the window before', 'first ? half', 'first & average ? half', VALUE],
  ['pool_lane.v', 'takes pixels off the map', '{W_DATA{~outside}}', '{W_DATA{~(outside & first)}}', VALUE],
  ['adder_core.v', 'writes one buffer of both', "target == 2'd1 | target == TO_BOTH", "target == 2'd1", VALUE],
  ['adder_core.v', 'adds the map that it reads', 'buffer_word[~source]', 'buffer_word[source]', VALUE],
  [
    'adder_row.v',
    'does not start with a tap that it skips',
    ' & keep[(BACK - (LAST - j) / REACH)*W_LANE +: W_LANE])',
    ' & (keep[j*W_LANE +: W_LANE] | {W_LANE{~w[j*W_LANE + W_DATA]}}))',
    VALUE,
  ],
  ['fold_lane.v', 'overlooks a sign', 'negative | (~above', "negative & 1'b0 | (~above", VALUE],
  ['layer_fields.v', "writes by the next layer's fields", 'if (take)', 'if (take | write)', FAULT],
  ['sequencer.v', 'ends tiles too soon', "INTERVAL[W_GAP-1:0] - 1'b1", "INTERVAL[W_GAP-1:0] - 2'd2", FAULT],
  ['segments.v', 'has room for a third', 'held != HELD[1:0]', "held != HELD[1:0] + 2'd1", VALUE],
  ['argmax_lane.v', 'finds the last of equals', 'index < best', 'index > best', FAULT],
  ['layer_counters.v', 'counts into the next layer', '(i + COUNTERS - FIRST) % COUNTERS', '0', TOTAL],
];

/** Bugs of what only cells of minima have. */
const MINIMUM_BUGS: typeof BUGS = [
  ['adder_row.v', 'does not start a sum of x', '(x_acc & keep[W_CELL-1:0])', '(x_acc)', VALUE],
  ['adder_core.v', 'multiplies as it adds', 'plain = taken[MULTIPLY] | ', 'plain = ~taken[MULTIPLY] & ', VALUE],
  ['adder_core.v', 'sums all activations, too', ' | taken[SUM_COLUMNS] |', ' & ~taken[SUM_COLUMNS] |', VALUE],
  ['writeback.v', 'keeps the sum of what came last', 'if (sum_of_x)', 'if (sum_of_x | used)', VALUE],
  ['writeback.v', 'takes minima for distances', 'sum_columns ? x_sum', 'sum_columns & ~sum_columns ? x_sum', VALUE],
  ['tile_walker.v', 'writes sums of activations', 'in_tile & ~sum_of_x', 'in_tile', COUNT],
  ['tile_walker.v', 'moves on with sums of activations', ' & ~(sum_columns & filter == tile_filters)', '', FAULT],
  ['writeback.v', 'takes sums for unsigned', 'CELL != 0 & sums_1[r*W_ACC+W_ACC-1]', "1'b0", VALUE],
  ['adder_core.v', 'takes rows without an image for zeros', 'row_used[r] & |written_word', '|written_word', COUNT],
  ['flag_memory.v', 'finds no zeros at odd addresses', '<= write_flag', '<= write_flag | write_addr[0]', COUNT],
  ['tap_scanner.v', 'takes padding for zeros', ': ~pads_zero)', ': ~pads_zero & l[0])', COUNT],
  ['tap_scanner.v', 'skips no padding', ': ~pads_zero)', ': ~pads_zero | l[0])', COUNT],
  ['tap_scanner.v', 'takes a lane left of the map', "x_1} > 5'd15", "x_1} >= 5'd15", FAULT],
  ['tap_scanner.v', 'takes weights of lanes before', "weight - {{W_ADDR-4{1'b0}}, first}", 'weight', FAULT],
  ['tap_scanner.v', 'does not end a tile of zeros', '(~none | tile_last_1)', '(~none | nest_last_1)', NO_WORD],
  ['tap_scanner.v', 'skips weights of layers that add', '(weight_flags[l] | ~multiplies)', 'weight_flags[l]', VALUE],
  ['tap_scanner.v', 'skips no weights', '(weight_flags[l] | ~multiplies)', "(weight_flags[l] | 1'b1)", COUNT],
  ['flag_window.v', 'swaps its memories', 'odd_first ? {even, odd}', '~odd_first ? {even, odd}', VALUE],
  ['flag_window.v', 'is a flag late', "both[{1'b0, offset} +: 16]", "both[{1'b0, offset} + 5'd1 +: 16]", VALUE],
  ['flag_window.v', 'reads the even block before', '= odd_block + {', '= odd_block & {', VALUE],
  [
    'adder_core.v',
    'keeps no flags of segments',
    `((load_shared & load_target == TO_WEIGHTS) | load_segment),
        .write_addr (load_addr[W_WEIGHT-1:0]),
        .write_flag`,
    `(load_shared & load_target == TO_WEIGHTS),
        .write_addr (load_addr[W_WEIGHT-1:0]),
        .write_flag`,
    COUNT,
  ],
  ['tap_scanner.v', 'leaves a place in the queue', "QUEUE = 3'd4", "QUEUE = 3'd3", COUNT],
  ['tap_queue.v', 'takes a tap of the window before', "highest ? 16'd0 : taken", 'taken', FAULT],
];

/** Bugs of what only cells of products have. */
const PRODUCT_BUGS: typeof BUGS = [
  ['adder_row.v', 'takes even weights for unsigned', '{w_lane[W_DATA-1]}}', '{w_lane[W_DATA-1] & w_lane[0]}}', VALUE],
  ['adder_array.v', 'adds taps of no pixel', 'code & {W_DATA{tap_used}}', 'code | {W_DATA{~tap_used}}', VALUE],
  ['writeback.v', 'takes sums for unsigned', 'CELL != 0 & sums_1[r*W_ACC+W_ACC-1]', "1'b0", VALUE],
];

/** Bugs of what only blocks of cells have. */
const BLOCK_BUGS: typeof BUGS = [
  ['skew.v', 'delays each lane more than the one before', ': i / REACH)', ': i)', VALUE],
  ['skew.v', 'counts blocks from the last lane', ': i / REACH)', ': (i + 1) / REACH)', VALUE],
  [
    'adder_core.v',
    'lines sums of a block up as of rows',
    '.W(W_ACC), .REACH(BLOCK), .REVERSE',
    '.W(W_ACC), .REVERSE',
    VALUE,
  ],
  [
    'adder_core.v',
    'takes sums when rows have passed',
    '.CLOCKS(DOWN), .W(W_COLS',
    '.CLOCKS(ROWS - 1), .W(W_COLS',
    VALUE,
  ],
  [
    'adder_core.v',
    'skews what counts by columns',
    '.W(TAPS), .REACH(BLOCK)) skew_used_u',
    '.W(TAPS)) skew_used_u',
    VALUE,
  ],
  [
    'adder_core.v',
    'skews pixels by rows',
    '.W(TAPS*W_DATA), .REACH(BLOCK)) skew_x_u',
    '.W(TAPS*W_DATA)) skew_x_u',
    VALUE,
  ],
  ['adder_array.v', 'takes sums aside a clock early', 'last_at[DOWN-1-BLOCK +:', 'last_at[DOWN-BLOCK +:', VALUE],
  ['adder_array.v', 'starts rows with the first block', 'keep_at[(DOWN-BLOCK)*W_LANE', 'keep_at[DOWN*W_LANE', VALUE],
  ['adder_array.v', 'moves weights a block down at once', 'r % REACH != 0', 'r != 0', VALUE],
  ['adder_array.v', 'moves weights a row at a time', 'r % REACH != 0', 'r < 0', VALUE],
  ['adder_array.v', 'counts taps of the block before', 'DIAGONALS - c / REACH', 'DIAGONALS', VALUE],
  ['adder_row.v', 'adds operands of another block', 'LAST - j < REACH ? x_in', 'LAST - j <= REACH ? x_in', VALUE],
  [
    'adder_row.v',
    'starts with the block on the left',
    'keep[(BACK - (LAST - j) / REACH)',
    'keep[(BACK - (LAST - j - 1) / REACH)',
    VALUE,
  ],
  ['adder_row.v', 'lets no sum go on at once', '== 0 && TURNS == 0)', '< 0)', VALUE],
];

/** Bugs of what only cells of several taps have. */
const RUN_BUGS: typeof BUGS = [
  ['ram_run.v', 'reads all banks at the first row', "from > i ? row + 1'b1 : row", 'row', VALUE],
  ['ram_run.v', 'gives words as banks lie', 'from_q} + i)*W', 'from_q} ^ i)*W', VALUE],
  ['ram_run.v', 'forgets what it reads from where the first is not read', 'if (|read)', 'if (read[0])', VALUE],
  ['ram_run.v', 'reads the banks that others would', '<< from;', '<< 0;', VALUE],
  [
    'tap_walker.v',
    'takes a whole run at the end of a loop',
    '~at_last[0] | last_tap >= t',
    "1'b1 | last_tap >= t",
    VALUE,
  ],
  ['tap_walker.v', 'takes a tap too few at the end of a loop', 'last_tap >= t', 'last_tap == t', VALUE],
  ['tap_walker.v', 'reads on after whole runs of weights', 'at_last[0] ? {1', "1'b0 ? {1", VALUE],
  [
    'tap_walker.v',
    'walks word by word',
    '| TAPS[W_ADDR-1:0] & {W_ADDR{by_one}}',
    "| {{W_ADDR-1{1'b0}}, by_one}",
    VALUE,
  ],
  [
    'tap_walker.v',
    'walks columns one by one',
    'TAPS[W_SIDE-1:0] & {W_SIDE{by_one',
    "{{W_SIDE-1{1'b0}}, 1'b1} & {W_SIDE{by_one",
    COUNT,
  ],
  [
    'tap_walker.v',
    'takes all columns to be where the first is',
    't[W_SIDE-1:0] & {W_SIDE{row_run}}',
    "{W_SIDE{1'b0}}",
    VALUE,
  ],
  ['tap_walker.v', 'takes channels for columns', '{W_SIDE{row_run}}', "{W_SIDE{1'b1}}", VALUE],
  ['tap_walker.v', 'goes on to the next padding code', 'pad_now + TAPS[W_ADDR-1:0]', "pad_now + 1'b1", VALUE],
  ['feeder.v', 'counts clocks of a loop as taps', '>> (l == 0 ? $clog2(TAPS) : 0)', '', VALUE],
  ['feeder.v', 'pads all channels of a run alike', '(pad_per_channel ? t : 0)', '(pad_per_channel ? t / 2 : 0)', VALUE],
  ['feeder.v', 'pads with the next codes', '(pad_per_channel ? t : 0)', 't', VALUE],
  ['feeder.v', 'uses weights of what is none', '& (there_1[i%TAPS] | i % TAPS == 0)', '', VALUE],
  ['feeder.v', 'takes codes of other rows', '(i % TAPS * ROWS + i / TAPS)', '(i)', VALUE],
  ['feeder.v', 'takes weights of other columns', '(i % TAPS * COLUMNS + i / TAPS)', '(i)', VALUE],
  [
    'adder_core.v',
    'keeps no padding codes',
    '(load_shared & load_pad)',
    '(load_shared & load_pad & load_at[0])',
    VALUE,
  ],
  ['adder_row.v', 'overlooks the last of a clock', 'n < TAPS; n', 'n < TAPS - 1; n', VALUE],
  ['layer_counters.v', 'counts reads and not words', 'n < TAPS - 1; n', 'n < 0; n', COUNT],
  [
    'layer_counters.v',
    'counts words of one buffer for both',
    'i == WEIGHT_READS ? weight_read',
    "1'b1 ? weight_read",
    COUNT,
  ],
  ['adder_core.v', 'counts columns of the first tap', 'c < COLUMNS * TAPS;', 'c < COLUMNS;', COUNT],
];

/** Bugs of what only cells of several taps of minima have. */
const MINIMUM_RUN_BUGS: typeof BUGS = [
  ['feeder.v', 'adds what is none', 'there_1[t] | t == 0 ? codes', "1'b1 ? codes", VALUE],
  ['adder_row.v', 'sums activations of the first alone', 'o < TAPS; o', 'o < 1; o', VALUE],
];

describe('a planted bug', () => {
  it('should have every chance: the cases have all that a bug could be in', () => {
    const compiled = chooseCases(CASES).map(({ network }) => compileNetwork(network, FAULTY_CORE));
    const layers = compiled.flatMap(({ plans, placements }) =>
      plans.map(({ layer, ...plan }, index) => ({ ...layer, ...plan, ...placements[index]! })),
    );
    const count = (has: (layer: (typeof layers)[number]) => boolean): number => layers.filter(has).length;
    const counts = {
      packs: count(({ packed }) => packed > 1),
      'packs of groups': count(({ packed, groups }) => packed > 1 && groups > 1),
      planes: count(({ planes }) => planes > 1),
      'tiles of filters': count(({ filterTiles }) => filterTiles > 1),
      shortcuts: count(({ shortcut }) => shortcut !== undefined),
      'packs with shortcuts': count(({ packed, shortcut }) => packed > 1 && shortcut !== undefined),
      'pooled shortcuts': count(({ pool, shortcut }) => pool > 1 && shortcut !== undefined),
      'both buffers': count(({ dest }) => dest.buffer === 3),
      averages: count(({ poolKind, pool }) => poolKind === 'average' && pool > 1),
      'padded windows': count(({ poolPadding }) => poolPadding > 0),
      'windows that overlap': count(({ pool, poolStride }) => pool > poolStride),
      'padding of channels': count(({ padEach, padding }) => padEach && padding > 0),
      'padding of groups': count(({ padEach, padding, groups }) => padEach && padding > 0 && groups > 1),
    };
    const segments = compiled.reduce((sum, one) => sum + one.segments.length, 0);
    for (const [what, number] of Object.entries({ ...counts, segments }))
      expect(number, what).toBeGreaterThanOrEqual(3);
  });

  describe.each([
    ['distances', BUGS, FAULTY_CORE],
    ['minima', MINIMUM_BUGS, FAULTY_MINIMA],
    ['blocks of cells', BLOCK_BUGS, FAULTY_BLOCKS],
    ['products', PRODUCT_BUGS, FAULTY_PRODUCTS],
    ['several taps a clock', RUN_BUGS, FAULTY_RUNS],
    ['several taps of minima a clock', MINIMUM_RUN_BUGS, { ...FAULTY_MINIMA, tapsPerClock: 4 }],
  ])('of %s', (_, bugs, configuration) => {
    it.each(bugs)('should be found: %s %s', { timeout: 180_000 }, async (file, __, from, to, found) => {
      await withBug(file, from, to, async (rtl) => {
        const chosen = chooseCases(CASES, configuration);
        const fault = await findFault(rtl, chosen, configuration).catch((error: Error) => error.message);
        expect(fault).toMatch(found);
      });
    });
  });

  it.each([
    ['adder_row.v', 'negates without adding 1', ' - {W_LANE{difference[W_LANE-1]}}', ''],
    ['feeder.v', 'pads with another code', '{ROWS{pad}}', '{ROWS{~pad}}'],
    ['adder_array.v', 'shifts columns that are empty', 'moving <= moving >> 1', 'moving <= moving'],
    ['pool_lane.v', 'pools the smaller code', 'value > so_far', 'value < so_far'],
  ])('should be found, shrunk and explained: %s %s', { timeout: 180_000 }, async (file, what, from, to) => {
    await withBug(file, from, to, async (rtl) => {
      const name = `3x5 that ${what}`;
      const found = await shouldObeyTheReference({ name, configuration: SMALL_CONFIGURATIONS['3x5']!, rtl }).then(
        () => 'nothing',
        (error: Error) => error.message,
      );
      expect(found).toMatch(
        /^layer layer\d, image \d+, element \d+, cell \(\d+, \d+\), tile \d+, cycle \d+: got \d+, expected \d+ \(configuration 3x5 that .*, power-up seed \d+\)\n/,
      );
      expect(found).toMatch(/seed: -?\d+, path: .*\nCounterexample: /);
      const waveform = /^Waveform of this case: (.*)$/m.exec(found)![1]!;
      expect(readFileSync(waveform, 'utf8')).toContain('$enddefinitions');
    });
  });

  it.each([
    [
      'sequencer.v',
      'if (layer_done) begin',
      'if (layer_done & layer[0]) begin',
      /^Expected the accelerator to run batch 0 of lenet5, but it reports a batch that takes too long; the last word is conv1's\.$/,
    ],
    [
      'writeback.v',
      '.in(out_addr_0)',
      '.in(out_addr_0 + 1176)',
      /^Expected writes of layer conv1 to be in buffer \d at addresses from \d+ to \d+, but received .* in cycle \d+\.$/,
    ],
    [
      'sequencer.v',
      'program_word[31:24] != MARK',
      'program_word[31:24] == MARK',
      /^Expected the accelerator to run batch 0 of lenet5, but it reports a malformed command; no word was written\.$/,
    ],
    [
      'results.v',
      "written <= written + 1'b1;",
      "written <= written + {{W_COUNT-2{1'b0}}, 2'd2};",
      /^Expected 10 words of results of batch 0, but received 20\.$/,
    ],
  ])(
    'should be a fault of the device, not of its input: %s %s',
    { timeout: 180_000 },
    async (file, from, to, message) => {
      await withBug(file, from, to, async (rtl) => {
        const configuration = loadConfiguration('tiny');
        const network = readQuantized(shippedWeights('lenet5'));
        using device = await deviceOfCore(network, { configuration, rtl, flags: SOON_COMPILED });
        const fault = ((): unknown => {
          try {
            return device.infer(new Uint8Array(784), 1);
          } catch (error) {
            return error;
          }
        })();
        expect(fault).toBeInstanceOf(DeviceFault);
        expect((fault as Error).message).toMatch(message);
        expect(endingOf(fault)).toEqual({ code: 1, text: (fault as Error).message });
      });
    },
  );
});
