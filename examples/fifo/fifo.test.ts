// SPDX-License-Identifier: Apache-2.0
// A queue, tested against an array: fast-check makes up commands, both obey, and after every clock the queue's outputs
// must be what the array says. Each run begins with the snapshot taken after reset, on the same instance. A failure
// shrinks to the fewest commands that show it; its message names a waveform and a picture of the last cycles.
//
// The queue is imported as it stands in fifo.v; the plugin in vitest.config.ts builds it, and writes the types beside
// it. Others, with parameters of their own, are built here.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build, type Model, type Simulation } from 'berus/sim';
import { checkDesign } from 'berus/sim/fast-check';
import Fifo, { type FifoDesign } from './fifo.v';

type Fifo = Simulation<FifoDesign>;

/** What the queue should do. */
class FifoModel {
  words: number[] = [];
  readonly depth: number;

  constructor(depth: number) {
    this.depth = depth;
  }

  clock(push: number | undefined, pop: boolean): void {
    const room = this.words.length < this.depth;
    if (pop) this.words.shift();
    if (push !== undefined && room) this.words.push(push);
  }
}

type Command = fc.Command<FifoModel, Fifo>;

/** Compares what the outputs show between two clocks. */
function expectSame({ words, depth }: FifoModel, { dut }: Fifo): void {
  expect(dut).toMatchObject({
    count: words.length,
    empty: Number(words.length === 0),
    full: Number(words.length === depth),
    ...(words.length > 0 && { pop_data: words[0] }),
  });
}

/** Some clocks with the same wish: to push, to pop, or both. */
class Clocks implements Command {
  readonly pushed: readonly (number | undefined)[];
  readonly pop: boolean;

  constructor(pushed: readonly (number | undefined)[], pop: boolean) {
    this.pushed = pushed;
    this.pop = pop;
  }

  check(): boolean {
    return true;
  }

  run(model: FifoModel, sim: Fifo): void {
    for (const word of this.pushed) {
      sim.dut.push = Number(word !== undefined);
      sim.dut.push_data = word ?? 0;
      sim.dut.pop = Number(this.pop);
      sim.tick();
      model.clock(word, this.pop);
      expectSame(model, sim);
    }
  }

  toString(): string {
    return `${this.pop ? 'pop and ' : ''}push ${this.pushed.map((word) => word ?? '-').join(' ')}`;
  }
}

class Reset implements Command {
  check(): boolean {
    return true;
  }

  run(model: FifoModel, sim: Fifo): void {
    sim.reset('rst');
    model.words = [];
    expectSame(model, sim);
  }

  toString(): string {
    return 'reset';
  }
}

/** Builds a queue of another shape, whose memory is to be seen. */
function buildFifo(params: {
  WIDTH: number;
  DEPTH: number;
}): Promise<Model<FifoDesign & { exposed: { mem: Uint8Array } }>> {
  return build({ top: 'fifo', sources: [`${import.meta.dirname}/fifo.v`], params, expose: ['mem'] });
}

describe.each([
  ['as it stands', { WIDTH: 8, DEPTH: 16 }, () => Fifo],
  ['of two words', { WIDTH: 8, DEPTH: 2 }, buildFifo],
  ['of five 5-bit words', { WIDTH: 5, DEPTH: 5 }, buildFifo],
] as const)('a queue %s', (_, shape, make) => {
  const { WIDTH, DEPTH } = shape;
  const word = fc.nat(2 ** WIDTH - 1);
  const pushes = fc.array(word, { minLength: 1, maxLength: DEPTH + 1 });
  const none = fc.integer({ min: 1, max: DEPTH + 1 }).map((clocks) => Array.from({ length: clocks }, () => undefined));
  const commands = fc.commands<FifoModel, Fifo>([
    pushes.map((words) => new Clocks(words, false)),
    pushes.map((words) => new Clocks(words, true)),
    none.map((words) => new Clocks(words, true)),
    fc.constant(new Reset()),
  ]);

  it('should behave like an array', async () => {
    const obey = (sim: Fifo, list: Iterable<Command>): void => {
      fc.modelRun(() => ({ model: new FifoModel(DEPTH), real: sim }), list);
    };
    await checkDesign(await make(shape), commands, obey, { prepare: (sim) => sim.reset('rst') });
  });
});

it('should keep its words in memory in the order in which they came', async () => {
  const words = [3, 1, 4, 1, 5];
  using sim = (await buildFifo({ WIDTH: 5, DEPTH: 5 })).create();
  sim.reset('rst');
  sim.batch({ push: new Uint8Array(5).fill(1), push_data: Uint8Array.from(words) });
  expect([...sim.exposed.mem]).toEqual(words);
  expect(sim.dut.full).toBe(1);
});

it('should refuse a write to an output, when it is compiled and when it runs', () => {
  using sim = Fifo.create();
  expect(() => {
    // @ts-expect-error full is an output
    sim.dut.full = 1;
  }).toThrow(TypeError);
});
