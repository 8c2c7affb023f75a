// SPDX-License-Identifier: Apache-2.0
// layer_counters by itself against plain sums: whatever is asked for, in each clock in which a count is there it is that of
// the layer's last run, also where layers end as soon after each other as they can, and after runs that are cut.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { randomFrom } from '../support/flips.ts';
import { testedSources } from '../support/tested-rtl.ts';

const LAYERS = 3;
const W_SADS = 5;
/** Clocks from one layer's end to the next one's, at least. */
const SHORTEST = 43;
/** Clocks after a layer's end in which no count is there. */
const PUT_AWAY = 20;
const RESET = 3;
/** Clocks after a layer's end in which a quiet core does nothing but set up. */
const COUNTERS = 18;

/** What is counted, in the order of docs/program.md; `tap` comes with `cells`. */
const EVENTS = [
  ...['in_setup', 'issue', 'in_drain', 'in_stall', 'in_flush', 'busy', 'tap', 'activation_read', 'weight_read'],
  ...['shortcut_read', 'partial_read', 'pool_read', 'activation_write', 'result_write', 'fold_read', 'in_load'],
  ...['in_scan', 'flag_read'],
] as const;

const models: Model[] = [];
beforeAll(async () => {
  const sources = testedSources('layer_counters', 'delay', 'ram_1r1w');
  for (const QUIET of [0, 1]) {
    models.push(await build({ top: 'layer_counters', sources, params: { LAYERS, W_SADS, QUIET } }));
  }
});

const runs = fc.array(
  fc.record({
    /** Clocks of each layer. */
    layers: fc.array(
      fc.nat(60).map((more) => SHORTEST + more),
      { minLength: 1, maxLength: LAYERS },
    ),
    /** Clocks of a layer after them amid which the run ends, if there is room for one; 0: it ends with them. */
    cut: fc.oneof(fc.constant(0), fc.integer({ min: PUT_AWAY + 1, max: 90 })),
    /** Clocks until the next run. */
    idle: fc.integer({ min: 1, max: 30 }),
  }),
  { minLength: 1, maxLength: 3 },
);

/** What the core does in a clock. */
interface Clock {
  readonly busy: boolean;
  readonly layer: number;
  readonly done: boolean;
}

function clocksOf(all: typeof runs extends fc.Arbitrary<infer Runs> ? Runs : never): Clock[] {
  return all.flatMap(({ layers, cut, idle }) => {
    const lengths = layers.length < LAYERS && cut > 0 ? [...layers, cut] : layers;
    const inRun = lengths.flatMap((length, layer) =>
      Array.from({ length }, (_, at) => ({ busy: true, layer, done: layer < layers.length && at === length - 1 })),
    );
    return [...inRun, ...Array.from({ length: idle }, () => ({ busy: false, layer: lengths.length, done: false }))];
  });
}

describe('layer_counters', () => {
  it.each([
    ['whatever goes on', 0],
    ['where a setup alone follows a layer', 1],
  ])("should give the counts of each layer's last run, in clocks in which they are there: %s", (_name, quiet) => {
    const model = models[quiet]!;
    let checked = 0;
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (all, seed) => {
        using sim = model.create({ seed });
        const next = randomFrom(seed);
        const below = (limit: number): number => Math.floor(next() * limit);
        const before: Clock = { busy: false, layer: 0, done: false };
        const clocks = [...Array.from({ length: RESET }, () => before), ...clocksOf(all)];
        const column = (of: (clock: Clock, at: number) => number): Uint8Array => Uint8Array.from(clocks, of);
        const busy = column((clock) => Number(clock.busy));
        /** Whether all that may happen happens, clock by clock. */
        let since = 0;
        const free = clocks.map(({ done, busy: on }) => {
          since = done || !on ? 0 : since + 1;
          return quiet === 0 || since === 0 || since > COUNTERS;
        });
        const bits = (name: string): Uint8Array =>
          column(({ busy: on }, at) => (on && (free[at] || name === 'in_setup') ? below(2) : 0));
        const events = Object.fromEntries(EVENTS.map((name) => [name, name === 'busy' ? busy : bits(name)]));
        const cells = column(() => below(2 ** W_SADS));
        let asked = [0, 0];
        const questions = clocks.map(() => {
          if (below(8) === 0) asked = [below(LAYERS), below(20)];
          return asked;
        });
        const got = sim.batch(
          {
            ...events,
            cells,
            rst: column((_, at) => Number(at < RESET)),
            layer: column(({ layer }) => layer),
            layer_done: column(({ done }) => Number(done)),
            read_layer: Uint8Array.from(questions, ([layer]) => layer!),
            read_counter: Uint8Array.from(questions, ([, counter]) => counter!),
          },
          ['count', 'count_there'],
        );

        // A count is two 32-bit words.
        const lowWord = (at: number): number => Number(got['count']![2 * at]!);
        const isThere = (at: number): boolean => got['count_there']![at] === 1;
        /** Counts of layers that have ended. */
        const kept = new Map<number, number[]>();
        let counts = EVENTS.map(() => 0);
        let ended = -Infinity;
        clocks.forEach(({ busy: running, layer, done }, at) => {
          const wanted = at === 0 ? undefined : kept.get(questions[at - 1]![0]!);
          if (wanted !== undefined && isThere(at)) {
            const counter = questions[at - 1]![1]!;
            expect([at, counter, lowWord(at)]).toEqual([at, counter, wanted[counter] ?? 0]);
            checked++;
          }
          if (at - ended <= PUT_AWAY) expect([at, isThere(at)]).toEqual([at, false]);
          if (at - ended === PUT_AWAY + 1) expect([at, isThere(at)]).toEqual([at, true]);

          if (!running) {
            // A run that ends amid a layer: its counts are put away for nobody.
            if (at > 0 && clocks[at - 1]!.busy && !clocks[at - 1]!.done) ended = at;
            counts = EVENTS.map(() => 0);
            return;
          }
          kept.delete(layer);
          EVENTS.forEach((name, index) => {
            counts[index]! += events[name]![at]! * (name === 'tap' ? cells[at]! : 1);
          });
          if (!done) return;
          kept.set(layer, counts);
          counts = EVENTS.map(() => 0);
          ended = at;
        });
      }),
      { numRuns: 300 },
    );
    expect(checked).toBeGreaterThan(1000);
  });
});
