// SPDX-License-Identifier: Apache-2.0
// A register block, tested from its bus. A master writes and reads at random addresses with random strobes while every
// channel stalls as it likes; a model of a dozen lines says what each answer must be, and a scoreboard compares.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  AxiLiteMaster,
  build,
  Scoreboard,
  type AxiResponse,
  type Model,
  type Process,
  type Simulation,
} from 'berus/sim';

const COUNT = 3;
const ID = 0xbe05_0001;
const STATUS = 0x04;
const VALUES = 0x08;

interface Registers {
  ports: {
    clk: number;
    rst: number;
    events: number;
    readonly values: bigint;
    s_axil_awaddr: number;
    s_axil_awvalid: number;
    readonly s_axil_awready: number;
    s_axil_wdata: number;
    s_axil_wstrb: number;
    s_axil_wvalid: number;
    readonly s_axil_wready: number;
    readonly s_axil_bresp: number;
    readonly s_axil_bvalid: number;
    s_axil_bready: number;
    s_axil_araddr: number;
    s_axil_arvalid: number;
    readonly s_axil_arready: number;
    readonly s_axil_rdata: number;
    readonly s_axil_rresp: number;
    readonly s_axil_rvalid: number;
    s_axil_rready: number;
  };
}

let Registers: Model<Registers>;
beforeAll(async () => {
  const sources = [`${import.meta.dirname}/registers.v`];
  Registers = await build<Registers>({ top: 'registers', sources, params: { COUNT, ID } });
});

/** What the registers hold, and what the bus answers. */
class RegisterModel {
  status = 0;
  readonly values: number[] = Array.from({ length: COUNT }, () => 0);

  write(address: number, data: number, strobe: number): AxiResponse {
    let mask = 0;
    for (let byte = 0; byte < 4; byte++) if ((strobe >> byte) & 1) mask |= 0xff << (8 * byte);
    const index = (address - VALUES) / 4;
    if (address === STATUS) this.status &= ~(data & mask);
    else if (index in this.values) this.values[index] = ((this.values[index]! & ~mask) | (data & mask)) >>> 0;
    else return 'SLVERR';
    return 'OKAY';
  }

  read(address: number): { data: number; response: AxiResponse } {
    const index = (address - VALUES) / 4;
    if (address === 0) return { data: ID, response: 'OKAY' };
    if (address === STATUS) return { data: this.status >>> 0, response: 'OKAY' };
    if (index in this.values) return { data: this.values[index]!, response: 'OKAY' };
    return { data: 0, response: 'SLVERR' };
  }
}

type Operation =
  | { readonly kind: 'write'; readonly address: number; readonly data: number; readonly strobe: number }
  | { readonly kind: 'read'; readonly address: number }
  | { readonly kind: 'event'; readonly events: number };

/** Does one operation, and tells the scoreboard what came and what should have come. */
function* operate(
  sim: Simulation<Registers>,
  bus: AxiLiteMaster,
  operation: Operation,
  model: RegisterModel,
  board: Scoreboard<unknown>,
): Process {
  switch (operation.kind) {
    case 'write': {
      const { address, data, strobe } = operation;
      board.expect(model.write(address, data, strobe));
      board.receive(yield* bus.write(address, data, { strb: strobe, expect: 'any' }));
      break;
    }
    case 'read': {
      const { data, response } = model.read(operation.address);
      board.expect(data);
      board.receive(yield* bus.read(operation.address, { expect: response }));
      break;
    }
    case 'event':
      sim.dut.events = operation.events;
      yield sim.cycles(1);
      sim.dut.events = 0;
      model.status |= operation.events;
  }
}

const word = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 0xffff_ffff));
const addresses = fc.oneof(
  { weight: 6, arbitrary: fc.nat(COUNT + 1).map((index) => 4 * index) },
  { weight: 1, arbitrary: fc.nat(0xff) },
);
const write = fc.record({ kind: fc.constant('write' as const), address: addresses, data: word, strobe: fc.nat(15) });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  write,
  fc.record({ kind: fc.constant('read' as const), address: addresses }),
  fc.record({ kind: fc.constant('event' as const), events: word }),
);

/** For each clock, whether a side of a channel holds back; begins again at its end. */
const pattern = fc.array(fc.boolean(), { maxLength: 5 }).map((held) => [...held, false]);
const stalls = fc.record({ aw: pattern, w: pattern, b: pattern, ar: pattern, r: pattern });

it('should answer and hold what the model says, whichever channels stall', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), stalls, (operations, stall) => {
      using sim = Registers.create();
      sim.reset('rst');
      const bus = new AxiLiteMaster(sim, 's_axil_', { stall });
      const model = new RegisterModel();
      const board = new Scoreboard<unknown>({ cycle: () => sim.cycle });
      const task = sim.fork(function* () {
        for (const each of operations) yield* operate(sim, bus, each, model, board);
      });
      sim.runUntil(() => task.done, { max: 100 * operations.length });
      board.finish();
      expect([...sim.words('values')]).toEqual(model.values);
    }),
  );
});

it('should take accesses in their order while many are under way', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 20 }), stalls, (writes, stall) => {
      using sim = Registers.create();
      sim.reset('rst');
      const bus = new AxiLiteMaster(sim, 's_axil_', { stall });
      const model = new RegisterModel();
      const task = sim.fork(function* () {
        const expected = writes.map(({ address, data, strobe }) => model.write(address, data, strobe));
        const answers = writes.map(({ address, data, strobe }) => {
          return bus.write(address, data, { strb: strobe, expect: 'any' });
        });
        for (const [i, answer] of answers.entries()) expect(yield* answer, `write ${i}`).toBe(expected[i]);
        const values = model.values.map((_, i) => bus.read(VALUES + 4 * i));
        for (const [i, value] of values.entries()) expect(yield* value, `value ${i}`).toBe(model.values[i]);
      });
      sim.runUntil(() => task.done, { max: 100 * (writes.length + COUNT) });
    }),
  );
});

describe('an event', () => {
  it.each([
    ['a clock before its clearing', 0, 0],
    ['in the clock of its clearing', 1, 1],
    ['a clock after its clearing', 2, 1],
  ])('should count as it came, %s', (_, clock, status) => {
    using sim = Registers.create();
    sim.reset('rst');
    const bus = new AxiLiteMaster(sim, 's_axil_');
    // Address and data go in at clock 0, so that the register changes at clock 1.
    const clear = bus.write(STATUS, 1);
    const read = sim.fork(function* () {
      for (let i = 0; i < 4; i++) {
        sim.dut.events = Number(i === clock);
        yield sim.cycles(1);
      }
      yield clear;
      return yield* bus.read(STATUS);
    });
    sim.runUntil(() => read.done, { max: 20 });
    expect(read.result).toBe(status);
  });
});
