// SPDX-License-Identifier: Apache-2.0
// A serial port, tested from the far end of its line. One process decodes tx bit by bit, another drives rx with a clock
// of its own that is a few per cent fast or slow; both are generators, resumed at the clock edges that they wait for.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, renderWave, type Model, type Process, type Simulation } from 'berus/sim';

interface Uart {
  ports: {
    clk: number;
    rst: number;
    loopback: number;
    send_valid: number;
    send_data: number;
    rx: number;
    readonly send_ready: number;
    readonly receive_valid: number;
    readonly receive_data: number;
    readonly framing_error: number;
    readonly tx: number;
  };
}

const DIVIDER = 16;
const BIT = DIVIDER;
const FRAME = 10 * BIT;

/** How far a sender may be off; uart_rx.v says why. */
const TOLERANCE = (0.5 - 1.5 / DIVIDER) / 10;

const sources = ['uart.v', 'uart_tx.v', 'uart_rx.v'].map((name) => `${import.meta.dirname}/${name}`);
const buildUart = (divider: number): Promise<Model<Uart>> => {
  return build<Uart>({ top: 'uart', sources, params: { DIVIDER: divider } });
};

let Uart: Model<Uart>;
beforeAll(async () => {
  Uart = await buildUart(DIVIDER);
});

function createUart(model: Model<Uart> = Uart): Simulation<Uart> {
  const sim = model.create();
  sim.dut.rx = 1;
  sim.reset('rst');
  return sim;
}

/** The bits of a frame in the order of the line: start, data from the lowest up, stop. */
function frameOf(byte: number, stop = 1): number[] {
  return [0, ...Array.from({ length: 8 }, (_, i) => (byte >> i) & 1), stop];
}

/** Offers bytes to the sender, one after the other. */
function* send(sim: Simulation<Uart>, bytes: readonly number[]): Process {
  for (const byte of bytes) {
    sim.dut.send_data = byte;
    sim.dut.send_valid = 1;
    yield sim.until(() => sim.before.send_ready === 1);
  }
  sim.dut.send_valid = 0;
}

/** Waits for falls of the line and looks at each bit in its middle. */
function* decode(sim: Simulation<Uart>, received: number[]): Process {
  for (;;) {
    yield sim.until(() => sim.before.tx === 0);
    yield sim.cycles(BIT / 2);
    expect(sim.before.tx, 'start bit').toBe(0);
    let byte = 0;
    for (let i = 0; i < 8; i++) {
      yield sim.cycles(BIT);
      byte |= sim.before.tx << i;
    }
    yield sim.cycles(BIT);
    expect(sim.before.tx, 'stop bit').toBe(1);
    received.push(byte);
  }
}

/** Drives the line, alone, with bits that last `bit` clocks, not necessarily a whole number. */
function* drive(sim: Simulation<Uart>, bits: readonly number[], bit = BIT): Process {
  using line = sim.claim('rx', 'the other end');
  const start = sim.cycle;
  for (const [index, level] of bits.entries()) {
    line.write(level);
    yield sim.cycles(Math.round((index + 1) * bit) - (sim.cycle - start));
  }
  line.write(1);
}

/** Notes what the receiver says. */
function* listen(sim: Simulation<Uart>, heard: (number | 'framing error')[]): Process {
  for (;;) {
    yield sim.until(() => sim.before.receive_valid === 1 || sim.before.framing_error === 1);
    heard.push(sim.before.receive_valid === 1 ? sim.before.receive_data : 'framing error');
  }
}

const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 8 });

describe('the sender', () => {
  it('should send any bytes in frames without gaps', () => {
    fc.assert(
      fc.property(bytes, (sent) => {
        using sim = createUart();
        const received: number[] = [];
        sim.fork(() => decode(sim, received));
        sim.fork(() => send(sim, sent));
        sim.run(FRAME * sent.length + 2);
        expect(received).toEqual(sent);
        expect(sim.dut.tx).toBe(1);
      }),
    );
  });
});

describe('the receiver', () => {
  it('should understand a sender that is as much off as it says', () => {
    fc.assert(
      fc.property(bytes, fc.double({ min: -TOLERANCE, max: TOLERANCE, noNaN: true }), (sent, mismatch) => {
        using sim = createUart();
        const heard: (number | 'framing error')[] = [];
        sim.fork(() => listen(sim, heard));
        const bits = sent.flatMap((byte) => frameOf(byte));
        sim.fork(() => drive(sim, bits, BIT * (1 + mismatch)));
        sim.run(Math.ceil(FRAME * sent.length * (1 + mismatch)) + BIT);
        expect(heard).toEqual(sent);
      }),
    );
  });

  it.each([
    ['short', -0.08],
    ['long', 0.08],
  ])('should notice bits that are much too %s', (_, mismatch) => {
    using sim = createUart();
    const heard: (number | 'framing error')[] = [];
    sim.fork(() => listen(sim, heard));
    sim.fork(() => drive(sim, [...frameOf(0), ...frameOf(0)], BIT * (1 + mismatch)));
    sim.run(3 * FRAME);
    expect(heard).toContain('framing error');
  });

  it('should report a stop bit that is low, and hear the next byte', () => {
    using sim = createUart();
    const heard: (number | 'framing error')[] = [];
    sim.fork(() => listen(sim, heard));
    sim.fork(() => drive(sim, [...frameOf(0xa5), ...frameOf(0x5a, 0), 1, ...frameOf(0x3c)]));
    sim.run(4 * FRAME);
    expect(heard).toEqual([0xa5, 'framing error', 0x3c]);
  });

  it('should forget a glitch that is shorter than half a bit', () => {
    using sim = createUart();
    const heard: (number | 'framing error')[] = [];
    sim.fork(() => listen(sim, heard));
    sim.fork(function* () {
      yield* drive(sim, [0], BIT / 2 - 1);
      yield sim.cycles(BIT);
      yield* drive(sim, frameOf(0x96));
    });
    sim.run(2 * FRAME);
    expect(heard).toEqual([0x96]);
  });
});

it('should hear itself in loopback, with its line at rest', () => {
  fc.assert(
    fc.property(bytes, (sent) => {
      using sim = createUart();
      sim.dut.loopback = 1;
      const heard: (number | 'framing error')[] = [];
      sim.fork(() => send(sim, sent));
      sim.fork(() => listen(sim, heard));
      const line = sim.capture({ signals: ['tx'] });
      sim.run(FRAME * (sent.length + 1));
      expect(heard).toEqual(sent);
      expect(line.take().tx).not.toContain(0);
    }),
  );
});

it('should look like frame.svg with four clocks in a bit', async () => {
  using sim = createUart(await buildUart(4));
  sim.fork(() => send(sim, [0x53]));
  sim.fork(() => drive(sim, frameOf(0x53), 4));
  const signals = ['send_valid', 'send_ready', 'send_data', 'tx', 'rx', 'receive_valid', 'receive_data'] as const;
  const capture = sim.capture({ signals });
  sim.run(44);
  const { cycles, ...values } = capture.take();
  const lanes = signals.map((name) => ({ name, width: name.endsWith('data') ? 8 : 1, values: values[name] }));
  const svg = await renderWave({ title: 'One byte, 0x53', clock: 'clk', cycles, signals: lanes, last: 44 });
  await expect(svg).toMatchFileSnapshot('frame.svg');
});
