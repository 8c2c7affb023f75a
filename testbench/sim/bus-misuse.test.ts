// SPDX-License-Identifier: Apache-2.0
// What the bus helpers are told when they are used as they cannot be; the design
// is ports in TypeScript, as nothing of this depends on one.

// What a helper does, it does when it is made.
/* eslint-disable no-new */

import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  AxiLiteMaster,
  AxiLiteSlave,
  AxiStreamMonitor,
  AxiStreamSink,
  AxiStreamSource,
  HandshakeMonitor,
  HandshakeSink,
  HandshakeSource,
  Scoreboard,
  type AxiStreamFrame,
  type BusSimulation,
  type BusValue,
} from '../../sim/bus/index.ts';
import { Claims } from '../../sim/claims.ts';
import { Scheduler } from '../../sim/process/index.ts';
import { FakeHost } from './fake-host.ts';

interface Bench {
  readonly sim: BusSimulation;
  readonly processes: Scheduler;
}

const stream = { valid: 's_axis_tvalid', ready: 's_axis_tready', payload: { data: 's_axis_tdata' } };
const lite = ['awvalid', 'awready', 'awaddr', 'wvalid', 'wready', 'wdata', 'bvalid', 'bready', 'arvalid', 'arready'];
const ports = [
  ...['tvalid', 'tready', 'tdata', 'tlast', 'tid'].map((name) => `s_axis_${name}`),
  ...[...lite, 'araddr', 'rvalid', 'rready', 'rdata'].map((name) => `s_axi_${name}`),
];

function create(): Bench {
  const host = new FakeHost();
  const processes = new Scheduler(host);
  const dut: Record<string, number> = Object.fromEntries(ports.map((name) => [name, 0]));
  const before = { ...dut };
  host.onEvent = (edges) => void ((edges & 1) !== 0 && Object.assign(before, dut));
  const claims = new Claims();
  const sim: BusSimulation = {
    dut,
    before,
    cycle: 0,
    fork: (body, name) => processes.fork(body, name),
    claim: (port, name) => claims.claim<number>(port, name, (value) => void (dut[port] = value)),
  };
  return { sim, processes };
}

describe('a port', () => {
  const helpers: Record<string, (sim: BusSimulation) => unknown> = {
    's_axis_tvalid, but received AXI4-Stream source s_axis_ beside AXI4-Stream source s_axis_': (sim) =>
      new AxiStreamSource(sim, 's_axis_'),
    's_axis_tvalid, but received source s_axis_tvalid beside source s_axis_tvalid': (sim) =>
      new HandshakeSource(sim, stream),
    's_axis_tready, but received sink s_axis_tvalid beside sink s_axis_tvalid': (sim) => new HandshakeSink(sim, stream),
    's_axi_awvalid, but received AXI4-Lite master s_axi_ beside AXI4-Lite master s_axi_aw': (sim) =>
      new AxiLiteMaster(sim, 's_axi_'),
    's_axi_bvalid, but received AXI4-Lite slave s_axi_ beside AXI4-Lite slave s_axi_b': (sim) =>
      new AxiLiteSlave(sim, 's_axi_'),
  };

  it.each(Object.keys(helpers))('should have one driver: %s', (what) => {
    const { sim, processes } = create();
    const make = helpers[what]!;
    const [port] = what.split(',', 1);
    make(sim);
    processes.run(2);
    const { live } = processes;
    expect(() => make(sim)).toThrow(
      expect.objectContaining({
        name: 'DriverError',
        port,
        message: `Expected one driver of port ${what}, which was not released.`,
      }) as Error,
    );
    expect(processes.live).toBe(live);
    make(create().sim);
    processes.killAll();
    make(sim);
    expect(processes.live).toBe(live);
  });

  it('should be free when the tasks of an AXI4-Lite side were killed', () => {
    const { sim, processes } = create();
    for (const Side of [AxiLiteMaster, AxiLiteSlave]) {
      for (let i = 0; i < 2; i++) for (const task of new Side(sim, 's_axi_').tasks) task.kill();
    }
    expect(processes.live).toBe(0);
  });

  it('should have a driver and any number of monitors', () => {
    const { sim } = create();
    const source = new AxiStreamSource(sim, 's_axis_');
    for (let i = 0; i < 2; i++) new AxiStreamMonitor(sim, 's_axis_');
    source.task.kill();
    new AxiStreamSource(sim, 's_axis_', { name: 'second' });
    expect(() => new HandshakeSource(sim, stream, { name: 'third' })).toThrow('received third beside second,');
    const { ready: _, ...always } = stream;
    for (let i = 0; i < 2; i++) new HandshakeSink(sim, always);
  });
});

describe('what is sent', () => {
  it.each([
    [
      5,
      'to be an array with the data of its beats, or an object with fields of the stream (data, id), but received 5.',
    ],
    [
      null,
      'to be an array with the data of its beats, or an object with fields of the stream (data, id), but received null.',
    ],
    [
      undefined,
      'to be an array with the data of its beats, or an object with fields of the stream (data, id), but received undefined.',
    ],
    [
      'ab',
      'to be an array with the data of its beats, or an object with fields of the stream (data, id), but received "ab".',
    ],
    [{}, 'to have some field of the stream (data, id), but received none.'],
  ])('should be a frame of the stream, not %j', (given, message) => {
    const source = new AxiStreamSource(create().sim, 's_axis_');
    expect(() => source.send(given as never)).toThrow(new TypeError(`Expected a frame ${message}`));
    expect(source.pending).toBe(0);
  });

  it.each([
    [5, 'to be an object with fields of the payload (data), but received 5.'],
    [null, 'to be an object with fields of the payload (data), but received null.'],
    [undefined, 'to be an object with fields of the payload (data), but received undefined.'],
    [{}, 'to have some field of the payload (data), but received none.'],
  ])('should be a beat of the channel, not %j', (given, message) => {
    const source = new HandshakeSource(create().sim, stream);
    expect(() => source.send(given as never)).toThrow(new TypeError(`Expected a beat ${message}`));
    expect(() => source.sendAll(given as never)).toThrow('Expected beats to be an array, but received');
    expect(source.pending).toBe(0);
  });
});

describe('options', () => {
  const stal = { stal: 'never' } as object;
  const makers: Record<string, (sim: BusSimulation) => unknown> = {
    'AxiStreamSource to be some of stall, reset, name': (sim) => new AxiStreamSource(sim, 's_axis_', stal),
    'AxiStreamSink to be some of stall, reset, name': (sim) => new AxiStreamSink(sim, 's_axis_', stal),
    'AxiStreamMonitor to be some of onViolation, maxWait, reset, name': (sim) =>
      new AxiStreamMonitor(sim, 's_axis_', stal),
    'HandshakeSource to be some of stall, reset, name': (sim) => new HandshakeSource(sim, stream, stal),
    'HandshakeSink to be some of stall, reset, name, onBeat, onReset': (sim) => new HandshakeSink(sim, stream, stal),
    'HandshakeMonitor to be some of onViolation, maxWait, reset, name, onBeat, onReset': (sim) =>
      new HandshakeMonitor(sim, stream, stal),
    'AxiLiteMaster to be some of stall, timeout, reset, onViolation': (sim) => new AxiLiteMaster(sim, 's_axi_', stal),
    'AxiLiteSlave to be some of read, write, stall, reset, onViolation': (sim) => new AxiLiteSlave(sim, 's_axi_', stal),
    'stall of AxiLiteMaster to be some of aw, w, b, ar, r': (sim) => new AxiLiteMaster(sim, 's_axi_', { stall: stal }),
    'write to be some of expect, prot, strb': (sim) => new AxiLiteMaster(sim, 's_axi_').write(0, 1, stal),
    'read to be some of expect, prot': (sim) => new AxiLiteMaster(sim, 's_axi_').read(0, stal),
    'Scoreboard to be some of name, equals, key, cycle': () => new Scoreboard(stal),
  };

  it.each(Object.keys(makers))('should be known: %s', (what) => {
    const { sim } = create();
    expect(() => makers[what]!(sim)).toThrow(new TypeError(`Expected options of ${what}, but received "stal".`));
  });

  it('should be an object', () => {
    expect(() => new AxiStreamSink(create().sim, 's_axis_', 'never' as never)).toThrow(
      'Expected options of AxiStreamSink to be an object with some of stall, reset, name, but received "never".',
    );
    expect(() => new Scoreboard(null as never)).toThrow('but received null.');
  });
});

it('should take the data of frames into a scoreboard as they are', () => {
  const board = new Scoreboard<readonly (number | bigint)[]>();
  expectTypeOf<AxiStreamFrame['data']>().toExtend<Parameters<typeof board.receive>[0]>();
  expectTypeOf<BusValue>().toEqualTypeOf<number | bigint>();
  const expected: readonly number[] = [1, 2];
  const data: AxiStreamFrame['data'] = [1, 2];
  board.expect(expected, [3n]);
  board.receive(data);
  board.receive([3n]);
  board.finish();
  expect(board.matched).toBe(2);
});
