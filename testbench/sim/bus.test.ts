// SPDX-License-Identifier: Apache-2.0
// The bus helpers against Verilog that keeps the rules, and against copies of it
// with planted faults.

import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import fc from 'fast-check';
import { Claims, build, type Model, type ParameterValue, type Simulation } from '../../sim/index.ts';
import {
  AxiLiteMaster,
  AxiLiteSlave,
  AxiResponseError,
  AxiStreamMonitor,
  AxiStreamSink,
  AxiStreamSource,
  HandshakeMonitor,
  HandshakeSink,
  HandshakeSource,
  ProtocolError,
  Scoreboard,
  bytesToFrame,
  frameToBytes,
  type AxiLiteMasterOptions,
  type AxiLiteSlaveOptions,
  type AxiStreamFrame,
  type BusSimulation,
  type StallPattern,
} from '../../sim/bus/index.ts';
import { Scheduler } from '../../sim/process/index.ts';
import { FakeHost } from './fake-host.ts';
import { errorOf, fixture } from './support.ts';

const load = (top: string, params: Record<string, ParameterValue> = {}): Promise<Model> =>
  build({ top, sources: [fixture(`bus/${top}.v`)], params });

interface Stream {
  readonly sim: Simulation;
  readonly source: AxiStreamSource;
  readonly sink: AxiStreamSink;
  readonly monitor: AxiStreamMonitor;
}

function connect(
  model: Model,
  stalls: { in?: StallPattern; out?: StallPattern } = {},
  onViolation: 'throw' | 'collect' = 'throw',
): Stream {
  const sim = model.create();
  const source = new AxiStreamSource(sim, 's_axis_', { stall: stalls.in ?? 'never', reset: 'rst' });
  const sink = new AxiStreamSink(sim, 'm_axis_', { stall: stalls.out ?? 'never', reset: 'rst' });
  const monitor = new AxiStreamMonitor(sim, 'm_axis_', { reset: 'rst', onViolation });
  sim.reset('rst');
  return { sim, source, sink, monitor };
}

function take(sink: AxiStreamSink | AxiStreamMonitor): AxiStreamFrame[] {
  const frames: AxiStreamFrame[] = [];
  for (let frame = sink.frames.tryGet(); frame !== undefined; frame = sink.frames.tryGet()) frames.push(frame);
  return frames;
}

describe('AXI4-Stream', () => {
  let Slice: Model;
  let Wide: Model;

  beforeAll(async () => {
    Slice = await load('axis_slice');
    Wide = await load('axis_slice', { W_DATA: 128 });
  });

  it('should pass a beat in each cycle where nobody stalls', () => {
    const { sim, source, sink, monitor } = connect(Slice);
    using _ = sim;
    const start = sim.cycle;
    source.send(Array.from({ length: 50 }, (__, i) => i));
    sim.run(60);
    const [frame] = take(sink);
    expect(frame!.data).toEqual(Array.from({ length: 50 }, (__, i) => i));
    expect(frame!.cycle - start).toBeLessThan(55);
    expect(monitor.counts.passed).toBe(50);
    expect(source.pending).toBe(0);
  });

  it('should carry frames with their other signals', () => {
    const { sim, source, sink, monitor } = connect(Slice, { out: { stalled: 1, of: 3 } });
    using _ = sim;
    source.send({ data: [1, 2, 3], keep: [15, 15, 1], id: 4 });
    source.send([7]);
    source.send({ data: Uint32Array.of(0xffff_ffff), id: 15 });
    sim.run(30);
    const frames = take(sink);
    expect(frames.map(({ cycle: __, ...frame }) => frame)).toEqual([
      { data: [1, 2, 3], keep: [15, 15, 1], id: 4 },
      { data: [7], keep: [15], id: 0 },
      { data: [0xffff_ffff], keep: [15], id: 15 },
    ]);
    expect(take(monitor)).toEqual(frames);
  });

  it('should take wide data as bigints, words or bytes', () => {
    const { sim, source, sink } = connect(Wide);
    using _ = sim;
    const bytes = new TextEncoder().encode('a frame of 28 bytes in lanes');
    source.send({ data: [5, 2n ** 127n, Uint32Array.of(1, 2, 3, 4)], id: 2 });
    source.send(bytesToFrame(bytes, 16));
    sim.run(20);
    const [first, second] = take(sink);
    expect(first!.data).toEqual([5n, 2n ** 127n, 0x0000_0004_0000_0003_0000_0002_0000_0001n]);
    expect(first!.keep).toEqual([0xffff, 0xffff, 0xffff]);
    expect([second!.data.length, second!.keep]).toEqual([2, [0xffff, 0x0fff]]);
    expect(frameToBytes(second!, 16)).toEqual(bytes);
  });

  it.each<[string, StallPattern, StallPattern]>([
    ['2 of 3, never', { stalled: 2, of: 3 }, 'never'],
    ['never, 4 of 5', 'never', { stalled: 4, of: 5 }],
    ['random, random', { probability: 0.5, seed: 1 }, { probability: 0.5, seed: 2 }],
    ['array, array', [0, 1, 1, 0, 1], [true, false]],
    [
      'generator, function',
      function* () {
        yield true;
        for (let i = 0; i < 20; i++) yield* [false, true, true];
      },
      (
        (at = 0) =>
        () =>
          at++ % 7 > 2
      )(),
    ],
  ])('should give the same frames under stalls: %s', (_, stallIn, stallOut) => {
    const { sim, source, sink } = connect(Slice, { in: stallIn, out: stallOut });
    using __ = sim;
    const board = new Scoreboard<unknown>({ cycle: () => sim.cycle });
    for (let length = 1; length < 12; length++) {
      const data = Array.from({ length }, (___, i) => (i * 0x1357_9bdf + length) >>> 0);
      board.expect(data);
      source.send(data);
    }
    sim.run(600);
    for (const { data } of take(sink)) board.receive(data);
    board.finish();
    expect(board.matched).toBe(11);
  });

  it('should be so for any frames and stalls', () => {
    const pattern = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }).filter((list) => list.includes(false));
    const frames = fc.array(fc.array(fc.nat(0xffff_ffff), { minLength: 1, maxLength: 5 }), { maxLength: 6 });
    fc.assert(
      fc.property(frames, pattern, pattern, (sent, stallIn, stallOut) => {
        const { sim, source, sink } = connect(Slice, { in: stallIn, out: stallOut });
        using _ = sim;
        for (const data of sent) source.send(data);
        sim.run(400);
        expect(take(sink).map(({ data }) => data)).toEqual(sent);
      }),
      { numRuns: 50 },
    );
  });

  it('should let a task wait for a frame to pass, and for another to come', () => {
    const { sim, source, sink } = connect(Slice, { out: [1, 1, 0] });
    using _ = sim;
    const sums: number[] = [];
    const sender = sim.fork(function* () {
      for (let i = 1; i <= 3; i++) yield* source.send([i, i]);
      yield* source.idle();
      return source.pending;
    });
    const receiver = sim.fork(function* () {
      for (let i = 0; i < 3; i++) sums.push((yield* sink.receive()).data.length);
    });
    expect(sim.finish([sender, receiver], { max: 100 })[0]).toBe(0);
    expect(sums).toEqual([2, 2, 2]);
  });

  it('should hold a beat that a reset took away, and send it after', () => {
    const { sim, source, sink } = connect(Slice, { out: { stalled: 3, of: 4 } });
    using _ = sim;
    sim.dut.rst = 1;
    source.send([1, 2]);
    sim.run(5);
    expect([source.pending, sim.dut.s_axis_tvalid]).toEqual([2, 0]);
    sim.dut.rst = 0;
    sim.run(20);
    expect(take(sink).map(({ data }) => data)).toEqual([[1, 2]]);
  });

  it('should drop a frame that a reset cut short, and begin the next with the first beat after it', () => {
    const { sim, source, sink, monitor } = connect(Slice);
    using _ = sim;
    source.send([1]);
    source.send([2, 3, 4, 5, 6]);
    sim.runUntil('m_axis_tdata', { value: 4, max: 20 });
    sim.dut.rst = 1;
    sim.run(2);
    sim.dut.rst = 0;
    sim.run(20);
    source.send([7, 8]);
    sim.run(20);
    // The source goes on with the beats that had not passed.
    for (const end of [sink, monitor]) {
      const [first, rest, last] = take(end).map(({ data }) => data.map(Number));
      expect([first, last]).toEqual([[1], [7, 8]]);
      expect(rest!.length).toBeLessThan(4);
      expect(rest).toEqual([4, 5, 6].slice(-rest!.length));
    }
  });

  it('should keep a frame under way where no reset is named', () => {
    const sim = Slice.create();
    using _ = sim;
    const source = new AxiStreamSource(sim, 's_axis_', { reset: 'rst' });
    const sink = new AxiStreamSink(sim, 'm_axis_');
    sim.reset('rst');
    source.send([1, 2, 3, 4]);
    sim.runUntil('m_axis_tdata', { value: 3, max: 20 });
    sim.reset('rst');
    sim.run(20);
    // Beats of before and after.
    expect(take(sink)).toHaveLength(1);
  });

  describe('with a planted fault', () => {
    it('should name a valid that drops', async () => {
      const { sim, source } = connect(await load('axis_slice', { PLANT: 1 }), { out: { stalled: 5, of: 6 } });
      using _ = sim;
      source.send([1, 2, 3]);
      const error = await errorOf(ProtocolError, () => sim.run(50));
      expect(error.message).toMatch(
        /^Expected m_axis_tvalid to stay 1 until m_axis_tready, but received 0 in cycle \d+\. \(in task AXI4-Stream monitor m_axis_, forked at testbench\/sim\/bus\.test\.ts:\d+\)$/,
      );
      expect([error.signal, error.expected, error.received, error.cycle]).toEqual(['m_axis_tvalid', 1, 0, sim.cycle]);
    });

    it('should name data that change while they wait, and collect if told to', async () => {
      const model = await load('axis_slice', { PLANT: 2 });
      const { sim, source, monitor } = connect(model, { out: { stalled: 5, of: 6 } }, 'collect');
      using _ = sim;
      source.send([0x08, 0x10, 0x20]);
      sim.run(50);
      expect(monitor.errors.slice(-2).map(({ signal, expected, received }) => [signal, expected, received])).toEqual([
        ['m_axis_tdata', 0x10, 0x11],
        ['m_axis_tdata', 0x20, 0x21],
      ]);
      expect(monitor.errors.at(-2)!.message).toMatch(
        /^Expected m_axis_tdata to stay 16 until m_axis_tready, but received 17 \(0x11\) in cycle \d+\.$/,
      );
    });

    it('should leave a lost beat to the scoreboard', async () => {
      const { sim, source, sink } = connect(await load('axis_slice', { PLANT: 3 }));
      using _ = sim;
      const board = new Scoreboard<number | bigint>({ name: 'slice' });
      for (let i = 0; i < 20; i++) {
        board.expect(i);
        source.send([i]);
      }
      sim.run(50);
      const received = take(sink).flatMap(({ data }) => data);
      expect(() => {
        for (const value of received) board.receive(value);
      }).toThrow('slice: Expected value 9 to be 9, but received 10 (0xa).');
    });
  });

  it('should name a prefix, a field or a length that is wrong', () => {
    using sim = Slice.create();
    expect(() => new AxiStreamSource(sim, 's_axi_')).toThrow(
      'Expected prefix to be that of an AXI4-Stream ("s_axis_", "m_axis_"), but received "s_axi_".',
    );
    const source = new AxiStreamSource(sim, 's_axis_');
    expect(() => source.send({ data: [1], user: 3 })).toThrow(
      'Expected a field that the stream has (data, keep, id), but received "user".',
    );
    expect(() => source.send({ data: [1, 2], keep: [1] })).toThrow('Expected keep to have 2 values, but received 1.');
    expect(() => source.send([])).toThrow('Expected a frame to have at least one beat, but received none.');
    source.send([2 ** 32]);
    expect(() => sim.run(1)).toThrow('Expected port s_axis_tdata to be an integer from 0 to 4294967295');
  });
});

describe('a handshake of any kind', () => {
  it('should be driven, received and watched by the ports that it is given', async () => {
    const Slice = await load('axis_slice');
    using sim = Slice.create();
    const into = { valid: 's_axis_tvalid', ready: 's_axis_tready', payload: { value: 's_axis_tdata' } };
    const outOf = { valid: 'm_axis_tvalid', ready: 'm_axis_tready', payload: { value: 'm_axis_tdata' } };
    const source = new HandshakeSource(sim, into);
    const sink = new HandshakeSink(sim, outOf);
    const monitor = new HandshakeMonitor(sim, outOf, { reset: 'rst', maxWait: 4 });
    sim.reset('rst');
    const values = sim.fork(function* () {
      yield* source.send({ value: 1 });
      source.send({ value: 2 });
      return [(yield* sink.receive()).value, (yield* sink.receive()).value];
    });
    sim.finish([values], { max: 50 });
    expect(values.result).toEqual([1, 2]);
    sink.task.kill();
    sim.dut.m_axis_tready = 0;
    source.send({ value: 3 });
    expect(() => sim.run(20)).toThrow(
      'Expected m_axis_tready to be 1 within 4 cycles of m_axis_tvalid, but received 0 in cycle',
    );
    expect(monitor.errors).toHaveLength(1);
    expect(() => source.send({ valeu: 1 } as never)).toThrow(
      'Expected a field of the payload (value), but received "valeu".',
    );
    expect(() => new HandshakeSink(sim, { ...outOf, ready: 'redy' })).toThrow(
      /^Expected ready to be a port \(clk, rst,/,
    );
  });
});

it('should serve a model that is no simulation', () => {
  // One register with a valid bit; it is ready when empty.
  const dut = { in_valid: 0, in_ready: 1, in_data: 0, out_valid: 0, out_ready: 0, out_data: 0 };
  const before = { ...dut };
  const host = new FakeHost();
  host.onEvent = (edges) => {
    if ((edges & 1) === 0) return;
    Object.assign(before, dut);
    if (before.out_valid === 1 && before.out_ready === 1) dut.out_valid = 0;
    if (before.in_valid === 1 && before.in_ready === 1) [dut.out_valid, dut.out_data] = [1, before.in_data];
    dut.in_ready = 1 - dut.out_valid;
  };
  const processes = new Scheduler(host);
  const claims = new Claims();
  const sim: BusSimulation = {
    dut,
    before,
    get cycle() {
      return host.cycle;
    },
    fork: (body, name) => processes.fork(body, name),
    claim: (port, name) => claims.claim<number>(port, name, (value) => void (dut[port as keyof typeof dut] = value)),
  };
  const source = new HandshakeSource(sim, { valid: 'in_valid', ready: 'in_ready', payload: { data: 'in_data' } });
  const outOf = { valid: 'out_valid', ready: 'out_ready', payload: { data: 'out_data' } };
  const monitor = new HandshakeMonitor(sim, outOf);
  const sink = new HandshakeSink(sim, outOf, { stall: [0, 0, 1] });
  source.sendAll([{ data: 3 }, { data: 4 }, { data: 5 }]);
  processes.run(20);
  expect([1, 2, 3, 4].map(() => sink.beats.tryGet()?.data)).toEqual([3, 4, 5, undefined]);
  expect(monitor.counts.passed).toBe(3);
  host.onEvent = () => Object.assign(before, dut, { out_valid: host.cycle % 2, out_ready: 0 });
  expect(() => processes.run(4)).toThrow(ProtocolError);
});

it('should take a simulation with typed ports', () => {
  type Typed = Simulation<{ ports: { clk: number; data: bigint } }>;
  expectTypeOf<Typed>().toExtend<BusSimulation>();
});

describe('AXI4-Lite', () => {
  let Registers: Model;
  let Copy: Model;

  beforeAll(async () => {
    Registers = await load('axil_registers');
    Copy = await load('axil_copy');
  });

  function master(model: Model, options: AxiLiteMasterOptions = {}): { sim: Simulation; bus: AxiLiteMaster } {
    const sim = model.create();
    const bus = new AxiLiteMaster(sim, 's_axi_', { reset: 'rst_n', ...options });
    sim.reset('rst_n');
    return { sim, bus };
  }

  it('should write and read registers', () => {
    const { sim, bus } = master(Registers);
    using _ = sim;
    const test = sim.fork(function* () {
      expect(yield* bus.write(0x10, 0x1234_5678)).toBe('OKAY');
      yield* bus.write(0x10, 0xff, { strb: 0b0001 });
      expect(yield* bus.read(0x10)).toBe(0x1234_56ff);
      expect(yield* bus.read(0x3c)).toBe(2);
      return bus.pending;
    });
    expect(sim.finish([test], { max: 100 })).toEqual([0]);
  });

  it('should be used by an async task too', async () => {
    const { sim, bus } = master(Registers);
    using _ = sim;
    const test = sim.fork(async () => {
      await bus.write(4, 5);
      return bus.read(4);
    });
    expect(await sim.finishAsync([test], { max: 100 })).toEqual([5]);
  });

  it.each<[string, AxiLiteMasterOptions['stall']]>([
    ['nothing', {}],
    ['late data', { w: [1, 1, 1, 0] }],
    ['late addresses', { aw: [1, 1, 1, 0], ar: [1, 0] }],
    ['slow responses', { b: { stalled: 3, of: 4 }, r: { stalled: 3, of: 4 } }],
    ['all at random', { aw: rnd(1), w: rnd(2), b: rnd(3), ar: rnd(4), r: rnd(5) }],
  ])('should keep any number of accesses in order under stalls: %s', (_, stall) => {
    const { sim, bus } = master(Registers, { stall: stall! });
    using __ = sim;
    const test = sim.fork(function* () {
      const writes = Array.from({ length: 15 }, (___, i) => bus.write(4 * i, 100 + i));
      for (const write of writes) yield* write;
      const reads = Array.from({ length: 15 }, (___, i) => bus.read(4 * i));
      const values = [];
      for (const read of reads) values.push(yield* read);
      return values;
    });
    const [values] = sim.finish([test], { max: 500 });
    expect(values).toEqual(Array.from({ length: 15 }, (___, i) => 100 + i));
    expect(bus.errors).toEqual([]);
  });

  it('should check responses', async () => {
    const { sim, bus } = master(Registers);
    using _ = sim;
    const test = sim.fork(function* () {
      expect(yield* bus.write(0x80, 1, { expect: 'SLVERR' })).toBe('SLVERR');
      expect(yield* bus.write(0x80, 1, { expect: 'any' })).toBe('SLVERR');
      yield* bus.read(0x41, { expect: 'SLVERR' });
      try {
        yield* bus.read(0x44);
      } catch (error) {
        return (error as Error).message;
      }
      return 'no error';
    });
    expect(sim.finish([test], { max: 100 })[0]).toMatch(
      /^Expected the read at 0x44 to end with OKAY, but received SLVERR in cycle \d+\.$/,
    );
    // Nobody waits for this one, and still it is not lost.
    bus.write(0x80, 1);
    const error = await errorOf(AxiResponseError, () => sim.run(20));
    expect([error.access, error.address, error.received]).toEqual(['write', 0x80, 'SLVERR']);
    const after = sim.fork(function* () {
      return yield* bus.read(0x3c);
    });
    expect(sim.finish([after], { max: 20 })).toEqual([0]);
  });

  it('should refuse a reset while an access is under way', () => {
    const { sim, bus } = master(Registers, { stall: { b: { stalled: 9, of: 10 } } });
    using _ = sim;
    bus.write(0, 1);
    sim.run(4);
    sim.dut.rst_n = 0;
    expect(() => sim.run(2)).toThrow(
      'Expected no access on s_axi_ to be under way in a reset, but received 1 write and 0 reads',
    );
  });

  it('should limit how long an access takes', () => {
    const { sim, bus } = master(Registers, { timeout: 20 });
    using _ = sim;
    sim.dut.rst_n = 0;
    sim.fork(function* () {
      yield* bus.write(0x10, 1);
    });
    expect(() => sim.run(100)).toThrow('Expected the write at 0x10 to end within 20 cycles, but it did not.');
  });

  it.each([
    [1, 'Expected s_axi_bvalid to be 0 until s_axi_aw and s_axi_w have passed, but received 1'],
    [2, 'Expected s_axi_rvalid to stay 1 until s_axi_rready, but received 0'],
  ])('should find planted fault %i', async (PLANT, message) => {
    const stall = { w: [1, 1, 1, 1, 0], r: [1, 1, 1, 0] } as const;
    const { sim, bus } = master(await load('axil_registers', { PLANT }), { stall });
    using _ = sim;
    sim.fork(function* () {
      yield* bus.write(8, 1);
      yield* bus.read(8);
    });
    expect(() => sim.run(100)).toThrow(message);
  });

  it('should show a strobe that is ignored', async () => {
    const { sim, bus } = master(await load('axil_registers', { PLANT: 3 }));
    using _ = sim;
    const test = sim.fork(function* () {
      yield* bus.write(8, 0xffff_ffff, { strb: 0b0010 });
      return yield* bus.read(8);
    });
    expect(sim.finish([test], { max: 100 })[0]).toBe(0xffff_ffff);
  });

  function slave(model: Model, options: AxiLiteSlaveOptions = {}): { sim: Simulation; bus: AxiLiteSlave } {
    const sim = model.create();
    const bus = new AxiLiteSlave(sim, 'm_axi_', { reset: 'rst', ...options });
    for (let i = 0; i < 8; i++) bus.memory.set(4 * i, 1000 * i);
    sim.reset('rst');
    sim.dut.words = 8;
    sim.dut.start = 1;
    sim.run(1);
    sim.dut.start = 0;
    return { sim, bus };
  }

  it.each<[string, AxiLiteSlaveOptions['stall']]>([
    ['nothing', {}],
    ['all at random', { aw: rnd(1), w: rnd(2), b: rnd(3), ar: rnd(4), r: rnd(5) }],
  ])('should answer a master from memory under stalls: %s', (_, stall) => {
    const { sim, bus } = slave(Copy, { stall: stall! });
    using __ = sim;
    sim.runUntil('busy', { value: 0, max: 500 });
    const copied = Array.from({ length: 8 }, (___, i) => bus.memory.get(0x1000 + 4 * i));
    expect(copied).toEqual(Array.from({ length: 8 }, (___, i) => 1000 * i + 1));
    expect([sim.dut.errors, bus.errors]).toEqual([0, []]);
  });

  it('should answer from handlers, with errors too', () => {
    const written: unknown[] = [];
    const { sim } = slave(Copy, {
      read: (address) => (address === 8 ? { response: 'SLVERR', data: 7 } : address),
      write: (address, data, strb) => {
        written.push([address, data, strb]);
        return address === 0x1004 ? 'DECERR' : undefined;
      },
    });
    using _ = sim;
    sim.runUntil('busy', { value: 0, max: 500 });
    expect(written.slice(0, 3)).toEqual([
      [0x1000, 1, 15],
      [0x1004, 5, 15],
      [0x1008, 8, 15],
    ]);
    expect(sim.dut.errors).toBe(2);
  });

  it('should find a master that changes an address while it waits', async () => {
    const { sim } = slave(await load('axil_copy', { PLANT: 1 }), { stall: { ar: [1, 1, 0] } });
    using _ = sim;
    expect(() => sim.run(100)).toThrow(/Expected m_axi_araddr to stay \d+ until m_axi_arready, but received/);
  });

  it('should name a prefix that is wrong', () => {
    using sim = Registers.create();
    expect(() => new AxiLiteMaster(sim, 'm_axi_')).toThrow(
      'Expected prefix to be that of an AXI4-Lite bus ("s_axi_"), but received "m_axi_".',
    );
  });
});

function rnd(seed: number): StallPattern {
  return { probability: 0.6, seed };
}

describe('a stall pattern', () => {
  it.each<[unknown, string]>([
    [[1, 1], 'Expected a stall pattern with a cycle that does not stall, but received [1, 1].'],
    [[], 'Expected a stall pattern with a cycle that does not stall, but received [].'],
    [{ stalled: 3, of: 3 }, 'Expected stalled to be less than of, both integers from 0, but received 3 of 3.'],
    [{ probability: 1, seed: 1 }, 'Expected probability to be at least 0 and less than 1, but received 1.'],
    [{ probability: 0.5 }, 'Expected seed to be an integer, but received undefined.'],
    ['often', 'Expected a stall pattern, but received "often".'],
  ])('should be refused: %j', async (pattern, message) => {
    using sim = (await load('axis_slice')).create();
    expect(() => new AxiStreamSink(sim, 'm_axis_', { stall: pattern as StallPattern })).toThrow(message);
  });
});

describe('a scoreboard', () => {
  it('should say what is missing, what comes too much, and what differs', () => {
    const board = new Scoreboard<unknown>({ cycle: () => 12 });
    board.expect({ a: [1, 2n] }, 3, 4, 5, 6, 7);
    board.receive({ a: [1, 2n] });
    expect(() => board.receive(11)).toThrow('scoreboard: Expected value 1 in cycle 12 to be 3, but received 11 (0xb).');
    expect(() => board.finish()).toThrow(
      'scoreboard: Expected 6 values, but received 1; missing are 3, 4, 5 and 2 more.',
    );
    for (const value of [3, 4, 5, 6, 7]) board.receive(value);
    board.finish();
    expect(() => board.receive({ b: 1n })).toThrow(
      'scoreboard: Expected value 6 in cycle 12 not to come, as none is left, but received {"b":"1n"}.',
    );
  });

  it('should let values with different keys overtake each other', () => {
    const board = new Scoreboard<{ id: number; data: number }>({ key: ({ id }) => id });
    board.expect({ id: 1, data: 5 }, { id: 2, data: 6 }, { id: 1, data: 7 });
    board.receive({ id: 2, data: 6 });
    board.receive({ id: 1, data: 5 });
    expect(() => board.receive({ id: 2, data: 6 })).toThrow('as none with key 2 is left');
    expect(() => board.receive({ id: 1, data: 8 })).toThrow('to be {"id":1,"data":7}, but received {"id":1,"data":8}');
    expect([board.matched, board.missing]).toEqual([2, 1]);
  });
});
