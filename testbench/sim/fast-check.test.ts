// SPDX-License-Identifier: Apache-2.0

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkDesign,
  DesignCheckError,
  drive,
  inputValues,
  portValue,
  stimulus,
  type CheckedModel,
  type Stimulus,
} from '../../sim/fast-check/index.ts';
import { build, type Model, type Simulation } from '../../sim/index.ts';
import { errorOf, fixture, temporaryFolder } from './support.ts';

interface FifoTypes {
  readonly ports: {
    clk: number;
    rst: number;
    push: number;
    din: number;
    pop: number;
    readonly dout: number;
    readonly empty: number;
    readonly full: number;
    readonly level: number;
  };
}

type Fifo = Simulation<FifoTypes>;
type Inputs = Stimulus<'push' | 'pop' | 'din'>;

const sources = [fixture('leaky_fifo.v')];

let Leaky: Model<FifoTypes>;
let Sound: Model<FifoTypes>;

beforeAll(async () => {
  Leaky = await build<FifoTypes>({ top: 'leaky_fifo', sources });
  Sound = await build<FifoTypes>({ top: 'leaky_fifo', sources, params: { LEAKS: 0 } });
});

function checkHeld({ dut }: Fifo, words: readonly number[]): void {
  expect([dut.level, dut.empty]).toEqual([words.length, Number(words.length === 0)]);
  if (words.length > 0) expect(dut.dout).toBe(words[0]);
}

/** One cycle of the model-based test; the model is the words held. */
class Cycle implements fc.Command<number[], Fifo> {
  readonly #word: number | undefined;
  readonly #pops: boolean;

  constructor(word: number | undefined, pops: boolean) {
    this.#word = word;
    this.#pops = pops;
  }

  check(): boolean {
    return true;
  }

  run(words: number[], sim: Fifo): void {
    const { dut } = sim;
    dut.push = this.#word === undefined ? 0 : 1;
    dut.din = this.#word ?? 0;
    dut.pop = Number(this.#pops);
    sim.tick();
    const pops = this.#pops && words.length > 0;
    if (this.#word !== undefined && words.length < 4) words.push(this.#word);
    if (pops) words.shift();
    checkHeld(sim, words);
  }

  toString(): string {
    const push = this.#word === undefined ? [] : [`push ${this.#word}`];
    return [...push, ...(this.#pops ? ['pop'] : [])].join(' and ') || 'idle';
  }
}

/** Compares the level in each cycle with a count. */
function checkLevel(sim: Fifo, inputs: Inputs): void {
  const { level } = sim.batch(inputs, ['level']);
  let held = 0;
  for (let i = 0; i < level.length; i++) {
    expect(level[i], `level in cycle ${i}`).toBe(held);
    const pushes = inputs.push[i] === 1 && held < 4;
    const pops = inputs.pop[i] === 1 && held > 0;
    held += Number(pushes) - Number(pops);
  }
}

const prepare = (sim: Fifo): void => sim.reset();

function inputsOf(model: Model<FifoTypes>): fc.Arbitrary<Inputs> {
  return stimulus(model, { maxCycles: 30, ports: ['push', 'pop', 'din'] });
}

/** The model, and the instances made of it. */
function counted(model: Model<FifoTypes>): { model: CheckedModel<Fifo>; made: Fifo[] } {
  const made: Fifo[] = [];
  const { top, ports, exposed, code } = model;
  const create: Model<FifoTypes>['create'] = (options) => {
    made.push(model.create(options));
    return made.at(-1)!;
  };
  return { made, model: { top, ports, exposed, code, create, traced: () => model.traced() } };
}

describe('checkDesign', () => {
  it('should pass a sound design, with one instance that starts each run anew', async () => {
    const { model, made } = counted(Sound);
    let runs = 0;
    const check = async (sim: Fifo, inputs: Inputs): Promise<void> => {
      runs++;
      expect([sim.cycle, sim.dut.level, sim.dut.push]).toEqual([2, 0, 0]);
      await Promise.resolve();
      checkLevel(sim, inputs);
    };
    await checkDesign(model, inputsOf(Sound), check, { prepare, numRuns: 50 });
    expect(runs).toBe(50);
    expect(made).toHaveLength(1);
    expect(() => made[0]!.tick()).toThrow(/disposed/);
  });

  it('should shrink a failure, and show its waveform and last cycles', async () => {
    const folder = join(temporaryFolder(), 'waves');
    const { model, made } = counted(Leaky);
    const error = await errorOf(
      DesignCheckError,
      checkDesign(model, inputsOf(Leaky), checkLevel, { prepare, folder, seed: 1, signals: ['push', 'pop', 'level'] }),
    );
    const { counterexample, seed, path, waveform, svg, svgFile } = error;
    // Three words, then a push and a pop at once, and a cycle to see it.
    expect(counterexample).toEqual({
      push: Uint8Array.of(1, 1, 1, 1, 0),
      pop: Uint8Array.of(0, 0, 0, 1, 0),
      din: Uint8Array.of(0, 0, 0, 0, 0),
    });
    expect(made).toHaveLength(1);
    expect(seed).toBe(1);
    expect((error.cause as Error).message).toMatch(/^level in cycle 4: expected 4 to be 3/);
    const lines = error.message.split('\n');
    expect(lines[0]).toMatch(
      /^Expected leaky_fifo to pass every run, but received a failure in run \d+, after \d+ shrinks: level in cycle 4/,
    );
    expect(lines.slice(1)).toEqual([
      '  counterexample: {"push":Uint8Array.from([1,1,1,1,0]),"pop":Uint8Array.from([0,0,0,1,0]),"din":Uint8Array.from([0,0,0,0,0])}',
      `  repeat with:    { seed: 1, path: "${path}" }`,
      `  waveform:       ${waveform}`,
      `  last cycles:    ${svgFile}`,
    ]);
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .toSorted(),
    ).toEqual([svgFile, waveform].toSorted());
    expect(waveform).toMatch(/\.vcd$/);
    expect(readFileSync(svgFile!, 'utf8')).toBe(svg);
    // Two cycles of reset, five of stimulus: the last edge was the seventh. It came after 65 time units.
    expect(readFileSync(waveform!, 'utf8')).toMatch(/\$var wire .* level [^]*\$enddefinitions[^]*\n#65\n/);
    const texts = [...svg!.matchAll(/<tspan>([^<]*)<\/tspan>|<text [^>]*>(\d+)<\/text>/g)].map(
      (match) => match[1] ?? match[2],
    );
    // Sampled at the edges of cycles 2 to 6, and after the last one.
    expect(texts).toEqual([
      'leaky_fifo',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      'clk',
      'push',
      'pop',
      'level',
      '0',
      '1',
      '2',
      '3',
      '4',
    ]);
  });

  it('should repeat a failure from its seed and path', async () => {
    const options = { prepare, folder: temporaryFolder() };
    const first = await errorOf(DesignCheckError, checkDesign(Leaky, inputsOf(Leaky), checkLevel, options));
    const { seed, path } = first;
    let runs = 0;
    const check = (sim: Fifo, inputs: Inputs): void => {
      runs++;
      checkLevel(sim, inputs);
    };
    const again = checkDesign(Leaky, inputsOf(Leaky), check, { ...options, seed, path, endOnFailure: true });
    expect((await errorOf(DesignCheckError, again)).counterexample).toEqual(first.counterexample);
    // One run that fails, and one for the waveform.
    expect(runs).toBe(2);
  });

  it('should check a design against a model with fc.commands', async () => {
    const word = fc.option(portValue(Leaky, 'din'), { nil: undefined });
    const commands = fc.commands([fc.tuple(word, fc.boolean()).map(([din, pops]) => new Cycle(din, pops))], {
      size: '+1',
    });
    const check = (sim: Fifo, cycles: Iterable<fc.Command<number[], Fifo>>): void => {
      fc.modelRun(() => ({ model: [], real: sim }), cycles);
    };
    const options = { prepare, folder: temporaryFolder() };
    await checkDesign(Sound, commands, check, options);
    const error = await errorOf(DesignCheckError, checkDesign(Leaky, commands, check, { ...options, numRuns: 1000 }));
    expect(String(error.counterexample)).toMatch(/^push 0,push 0,push 0,push 0 and pop(?: \/\*replayPath=.*\*\/)?$/);
    expect(error.message).toContain('  counterexample: push 0,push 0,push 0,push 0 and pop');
    expect(error.waveform).toBeDefined();
  });

  it('should try examples first, and pass options to create', async () => {
    const seen: number[] = [];
    const check = (sim: Fifo, value: number): void => {
      seen.push(value);
      expect(sim.dut.clk).toBe(0);
    };
    await checkDesign(Sound, portValue(Sound, 'din'), check, {
      examples: [7, 8],
      numRuns: 3,
      create: { clock: 'clk', seed: 3 },
    });
    expect(seen.slice(0, 2)).toEqual([7, 8]);
    await expect(checkDesign(Sound, fc.nat(), check, { create: { clock: 'din' } })).rejects.toThrow(
      /Expected clock to be/,
    );
  });

  it('should fail a run that returns false, and let fc.pre skip one', async () => {
    const values = inputValues(Sound, ['din']);
    const check = (sim: Fifo, inputs: Pick<FifoTypes['ports'], 'din'>): boolean => {
      fc.pre(inputs.din !== 13);
      drive(sim, inputs);
      sim.eval();
      return sim.dut.din < 13;
    };
    const error = await errorOf(DesignCheckError, checkDesign(Sound, values, check, { folder: temporaryFolder() }));
    expect(error.counterexample).toEqual({ din: 14 });
    expect(error.message).toContain('returning false');
    expect(error.svg).toContain('<tspan>e</tspan>');
  });

  it('should show exposed signals, and refuse signals that there are not', async () => {
    const Exposed = await build<FifoTypes & { readonly exposed: { head: number } }>({
      top: 'leaky_fifo',
      sources,
      expose: ['head'],
    });
    const options = {
      prepare: (sim: { reset(): void }): void => sim.reset(),
      folder: temporaryFolder(),
      signals: ['head'],
    };
    const failing = checkDesign(Exposed, fc.constant(0), () => false, options);
    expect((await errorOf(DesignCheckError, failing)).svg).toContain('<tspan>head</tspan>');
    const wrong = checkDesign(Exposed, fc.constant(0), () => undefined, { signals: ['tail'] });
    await expect(wrong).rejects.toThrow(
      new TypeError(
        'Expected signals to name ports or exposed signals of leaky_fifo with one value, but received "tail".',
      ),
    );
  });

  it('should throw what prepare throws, and not call it a failing run', async () => {
    const broken = checkDesign(Sound, fc.constant(0), () => undefined, {
      prepare: () => {
        throw new RangeError('not ready');
      },
    });
    await expect(broken).rejects.toThrow(new RangeError('not ready'));
  });
});
