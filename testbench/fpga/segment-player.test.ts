// SPDX-License-Identifier: Apache-2.0
// The player of segments beside a flash: packets of its list, batch after batch, between those of a host; a list that is
// damaged gives a packet that is too long, and no more. Planted bugs are found.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, type Model, type Simulation } from '../../sim/index.ts';
import { type CompiledNetwork, loadConfiguration, partsOf } from '../../src/compile/index.ts';
import { putLane } from '../../src/compile/lanes.ts';
import { flashSegments } from '../../src/device/flash-segments.ts';
import { root } from '../house/source-files.ts';

/** Where the list begins in the simulated flash. */
const FEED = 512;
const PICTURES = 1n;
const WEIGHTS = 2n;

const folder = mkdtempSync(join(tmpdir(), 'berus player '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A size of the array. */
interface Size {
  readonly columns: number;
  readonly dataBits: number;
  /** Bits that the flash gives at a time. */
  readonly lines: 1 | 2;
}

/** Builds the player, with one place of a file changed. */
function buildPlayer(
  { columns, dataBits, lines }: Size,
  [file, from, to]: readonly [string, string, string] = ['segment_player', '', ''],
): Promise<Model> {
  const linked = ['flash_reader', 'segment_player'].map((name) => {
    const text = readFileSync(join(root, 'fpga', 'link', `${name}.v`), 'utf8');
    if (name === file) expect(text).toContain(from);
    const changed = join(mkdtempSync(join(folder, 'one ')), `${name}.v`);
    writeFileSync(changed, name === file ? text.replace(from, to) : text);
    return changed;
  });
  return build({
    top: 'player_on_flash',
    sources: [
      ...linked,
      join(root, 'fpga', 'link', 'crc16_byte.v'),
      ...['player_on_flash.v', 'flash_pins.v', 'spi_flash.v'].map((name) => join(import.meta.dirname, 'board', name)),
    ],
    params: {
      FEED,
      DUAL: lines - 1,
      COLUMNS: columns,
      W_DATA: dataBits,
      W_BEAT: 8 * Math.ceil(Math.max(96, columns * (dataBits + 1)) / 8),
    },
    expose: ['flash_u.mem'],
    flags: ['-O0'],
  });
}

/** A segment: where it lies, and of each word the lanes {used, code}. */
interface Segment {
  readonly base: number;
  readonly words: readonly (readonly number[])[];
}

/** The list of some segments. */
function listOf(segments: readonly Segment[], { columns, dataBits }: Size, held: number): Uint8Array {
  const weightParts = partsOf(columns * (dataBits + 1));
  const configuration = { ...loadConfiguration('tiny'), columns, dataBits, weightSegments: held };
  const made = segments.map(({ base, words }) => {
    const weights = new Uint32Array(words.length * weightParts);
    words.forEach((lanes, word) =>
      lanes.forEach((lane, column) => putLane(weights, word * weightParts, column, dataBits + 1, lane)),
    );
    return { base, weights };
  });
  return flashSegments({ segments: made, weightParts, configuration } as unknown as CompiledNetwork);
}

/** A beat that was taken. */
type Beat = readonly [data: bigint, last: number];

/** The beats of a segment's packet, by docs/bus.md. */
function beatsOf({ base, words }: Segment, { dataBits }: Size): Beat[] {
  const header: Beat = [6n | (BigInt(words.length) << 8n) | (BigInt(base) << 32n), 0];
  const bits = BigInt(dataBits + 1);
  return [
    header,
    ...words.map((lanes, index): Beat => [
      lanes.reduceRight((word, lane) => (word << bits) | BigInt(lane), 0n),
      index === words.length - 1 ? 1 : 0,
    ]),
  ];
}

/** Whoever sends the host's packets and takes all. */
interface Around {
  /** Of each of the host's packets its target, words, and the clocks before it and between its beats. */
  readonly host: readonly {
    readonly target: bigint;
    readonly words: number;
    readonly after: number;
    readonly gap: number;
  }[];
  /** Of so many clocks, time and again, whether a beat is taken. */
  readonly takes: readonly boolean[];
  readonly clocks: number;
}

/** Switches a player on, and has its list begin. */
function begun(model: Model, list: Uint8Array, seed: number): Simulation {
  const sim = model.create({ seed });
  (sim.exposed['flash_u.mem'] as Uint8Array).fill(0xff).set(list, FEED);
  Object.assign(sim.dut, { rst: 1, stop: 0, feed: 0, marked: 0, s_axis_tvalid: 0, s_axis_tlast: 0, m_axis_tready: 0 });
  sim.run(3);
  sim.dut['rst'] = 0;
  sim.run(400);
  sim.dut['stop'] = 1;
  sim.tick();
  mark(sim);
  return sim;
}

/** The link's register MARK is written, with the bit that has segments come. */
function mark(sim: Simulation): void {
  Object.assign(sim.dut, { stop: 0, feed: 1, marked: 1 });
  sim.tick();
  sim.dut['marked'] = 0;
}

/** What went out: the list's packets and the host's, and whether a CRC was wrong; a wrong one ends the feed, as in the link. */
function play(sim: Simulation, { host, takes, clocks }: Around): { own: Beat[][]; of: bigint[]; wrong: boolean } {
  const packets: { beats: Beat[]; mine: boolean }[] = [];
  let open: Beat[] | undefined;
  let [packet, word, wait] = [0, -1, host[0]?.after ?? 0];
  let wrong = false;
  // The beat that is offered: whether it is the list's, and whether the host has just got rid of one.
  let [there, isList, fromHost] = [false, false, false];
  for (let clock = 0; clock < clocks; clock++) {
    const next = host[packet];
    const offers = next !== undefined && wait-- <= 0;
    Object.assign(sim.dut, {
      s_axis_tvalid: offers ? 1 : 0,
      s_axis_tdata: offers ? (word < 0 ? next.target | (0xffn << 56n) : (0xffn << 88n) | BigInt(word)) : 0n,
      s_axis_tlast: offers && word === next.words - 1 ? 1 : 0,
      m_axis_tready: takes[clock % takes.length] ? 1 : 0,
    });
    sim.eval();
    if (sim.dut['wrong'] === 1) {
      wrong = true;
      sim.dut['feed'] = 0;
    }
    const valid = sim.dut['m_axis_tvalid'] === 1;
    if (valid && !there) isList = !fromHost;
    there = valid;
    if (valid && sim.dut['m_axis_tready'] === 1) {
      const beat: Beat = [BigInt(sim.dut['m_axis_tdata']!), sim.dut['m_axis_tlast'] as number];
      if (open === undefined) packets.push({ beats: (open = []), mine: isList });
      // Packets are whole: nothing of one is inside another.
      expect(isList).toBe(packets.at(-1)!.mine);
      open.push(beat);
      if (beat[1] === 1) open = undefined;
    }
    fromHost = offers && sim.dut['s_axis_tready'] === 1;
    if (offers && fromHost) {
      wait = next.gap;
      if (++word === next.words) [packet, word, wait] = [packet + 1, -1, host[packet + 1]?.after ?? 0];
    }
    sim.tick();
  }
  return {
    own: packets.filter(({ mine }) => mine).map(({ beats }) => beats),
    of: packets.map(({ beats, mine }) => (mine ? 6n : beats[0]![0] & 0xfn)),
    wrong,
  };
}

const sizes: readonly Size[] = [
  { columns: 4, dataBits: 8, lines: 2 },
  { columns: 10, dataBits: 10, lines: 1 },
  { columns: 1, dataBits: 3, lines: 2 },
];

function segmentsOf({ columns, dataBits }: Size): fc.Arbitrary<Segment[]> {
  const code = fc.nat(2 ** dataBits - 1);
  // Masks that are the same for some words, so that there are runs.
  const words = fc
    .array(
      fc.tuple(
        fc.nat(2 ** columns - 1),
        fc.array(fc.array(code, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((runs) =>
      runs.flatMap(([mask, of]) =>
        of.map((codes) => codes.map((value, lane) => value + (((mask >> lane) & 1) << dataBits))),
      ),
    );
  return fc.array(fc.record({ base: fc.nat(65_000), words }), { minLength: 1, maxLength: 4 });
}

const around: fc.Arbitrary<Around> = fc.record({
  host: fc.array(
    fc.record({
      target: fc.constantFrom(PICTURES, WEIGHTS, 0n),
      words: fc.integer({ min: 1, max: 4 }),
      after: fc.nat(1200),
      gap: fc.nat(300),
    }),
    { maxLength: 6 },
  ),
  takes: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }).filter((of) => of.includes(true)),
  clocks: fc.constant(24_000),
});

/** Holds a player to what goes out beside a host and somebody that takes beats as they like. */
function shouldPlay(model: Model, size: Size): void {
  const seeds = fc.integer({ min: 1, max: 99 });
  fc.assert(
    fc.property(segmentsOf(size), fc.constantFrom(1, 2), around, seeds, (segments, held, others, seed) => {
      const list = listOf(segments, size, held);
      using sim = begun(model, list, seed);
      const { own, of, wrong } = play(sim, others);
      expect(wrong).toBe(false);
      const all = segments.map((segment) => beatsOf(segment, size));
      own.forEach((beats, index) => expect(all[index % all.length]!.slice(0, beats.length)).toEqual(beats));
      own.slice(0, -1).forEach((beats, index) => expect(beats).toEqual(all[index % all.length]));
      // Packets that come after the first of a batch wait for its pictures.
      const first = Math.min(held, segments.length);
      let [sent, pictures] = [0, 0];
      for (const target of of) {
        if (target < 2n) pictures++;
        if (target !== 6n) continue;
        expect(Math.floor((sent - first) / all.length) + 1).toBeLessThanOrEqual(pictures);
        sent++;
      }
      // None waits without need: there was time for all that the pictures allow, a beat in each round of who takes.
      const beats = of.length + all.reduce((sum, packet) => sum + packet.length, 0) * (pictures + 1);
      const clocks = (pictures + 1) * (16 * list.length + 200) + 14_000 + beats * others.takes.length;
      if (clocks < others.clocks) expect(sent).toBe(first + pictures * all.length);
      // The same again from the first on, wherever it was.
      mark(sim);
      sim.dut['m_axis_tready'] = 1;
      sim.run(2);
      const again = play(sim, { host: [], takes: [true], clocks: 9000 });
      expect(again.own.length).toBe(first);
      again.own.forEach((packet, index) => expect(packet).toEqual(all[index]));
    }),
    {
      numRuns: 25,
      // Pictures of two batches pass before the list waits for the first.
      examples: [
        [
          [{ base: 3, words: [Array.from({ length: size.columns }, (_, lane) => lane)] }],
          1,
          { host: [1, 2].map(() => ({ target: PICTURES, words: 1, after: 0, gap: 0 })), takes: [true], clocks: 24_000 },
          5,
        ],
      ],
    },
  );
}

/** Holds a player to a packet that is too long where codes or the CRC of the first are damaged, and to nothing more. */
function shouldGiveUp(model: Model, size: Size): void {
  const used = (lanes: readonly number[]): string => lanes.map((lane) => lane >> size.dataBits).join('');
  fc.assert(
    fc.property(segmentsOf(size), fc.nat(10_000), (segments, at) => {
      const { words } = segments[0]!;
      // One run: what is before its codes is about how much follows.
      fc.pre(new Set(words.map(used)).size === 1);
      const list = listOf(segments, size, 1);
      const codeBytes = Math.ceil(size.dataBits / 8) * size.columns * words.length;
      const bit = at % (8 * (codeBytes + 2));
      list[7 + Math.ceil(size.columns / 8) + (bit >> 3)]! ^= 1 << (bit & 7);
      using sim = begun(model, list, 5);
      const { own, wrong } = play(sim, { host: [], takes: [true], clocks: 6000 });
      expect(wrong).toBe(true);
      expect(own.map((beats) => beats.map(([, last]) => last))).toEqual([[...words.map(() => 0), 0, 1]]);
    }),
    { numRuns: 15 },
  );
}

describe.each(sizes)('segment_player with $columns columns of $dataBits bits, $lines at a time', (size) => {
  let model: Model;
  beforeAll(async () => {
    model = await buildPlayer(size);
  });

  it("should send the list's packets for each batch, between the host's", { timeout: 120_000 }, () => {
    shouldPlay(model, size);
  });

  it('should make a packet too long whose list is damaged, and leave the list', { timeout: 120_000 }, () => {
    shouldGiveUp(model, size);
  });
});

it.each<[string, readonly [string, string, string]]>([
  ['the list does not wait for pictures', ['segment_player', 'data == WAIT ? WAITS :', 'data == WAIT ? KIND :']],
  ['weights count as pictures', ['segment_player', "s_axis_tdata[3:1] == 3'd0", "s_axis_tdata[3:2] == 2'd0"]],
  ["a packet begins within the host's", ['segment_player', '(beat & ~host_sends)', 'beat']],
  [
    "the host's comes within the list's",
    ['segment_player', 'wire own   = sending |', 'wire own   = (sending & beat) |'],
  ],
  ['pictures of a second batch are forgotten', ['segment_player', "passed ? pictures + 1'b1", "passed ? 2'd1"]],
  ['the last word does not wait for the CRC', ['segment_player', "held   <= left == 16'd1;", "held   <= 1'b0;"]],
  ['a run goes on past its words', ['segment_player', "of_run == 16'd1 ? RUN", "of_run == 16'd0 ? RUN"]],
  [
    'the list is read on where it ended',
    ['segment_player', 'data == WAIT ? WAITS : ENDS', 'data == WAIT ? WAITS : KIND'],
  ],
  [
    'the list begins anew in mid-word',
    ['segment_player', "        held     <= 1'b0;\n        long     <= 1'b0;\n", ''],
  ],
  ['bits of the two lines are exchanged', ['flash_reader', '{bits[5:0], miso, mosi_in}', '{bits[5:0], mosi_in, miso}']],
  ['a bit is taken before it comes', ['flash_reader', '    if (taken[1])', '    if (taken[0])']],
  ['a CRC begins with the byte that waits', ['segment_player', 'state == WAITS | (state == KIND', '(state == KIND']],
  ['a byte begins a clock early', ['flash_reader', "6'd39 : 6'd31", "6'd38 : 6'd31"]],
])('should be found: %s', { timeout: 120_000 }, async (_, change) => {
  const size = sizes[0]!;
  const model = await buildPlayer(size, change);
  expect(() => {
    shouldPlay(model, size);
    shouldGiveUp(model, size);
  }).toThrow('Property failed');
});
