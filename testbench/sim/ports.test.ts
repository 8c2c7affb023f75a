// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, SimulationError, type Model } from '../../sim/index.ts';
import { inputValues } from '../../sim/fast-check/index.ts';
import { decodeName, layoutPorts } from '../../sim/ports.ts';
import { errorOf, fixture, temporaryFolder } from './support.ts';

let Ports: Model;

beforeAll(async () => {
  Ports = await build({ top: 'ports', sources: [fixture('ports.v')] });
});

describe('ports', () => {
  it('should list every port with its direction and width', () => {
    expect(Object.keys(Ports.ports)).toHaveLength(23);
    expect(Ports.ports['a100']).toEqual({ direction: 'input', width: 100, signed: false, dims: [] });
    expect(Ports.ports['y128']).toMatchObject({ direction: 'output', width: 128 });
    expect(Ports.ports['odd.name']).toMatchObject({ direction: 'input', width: 1 });
    expect(Ports.ports['two__lines']).toMatchObject({ direction: 'input', width: 1 });
  });

  it.each([1, 8, 12, 16, 32, 40])('should read and write %i bits as numbers', (width) => {
    using sim = Ports.create();
    const largest = 2 ** width - 1;
    for (const value of [0, 1, largest, Math.floor(largest / 3)]) {
      sim.dut[`a${width}`] = value;
      expect(sim.dut[`a${width}`]).toBe(value);
      sim.eval();
      expect(sim.dut[`y${width}`]).toBe(largest - value);
    }
  });

  it.each([64, 100, 128])('should read and write %i bits as bigints', (width) => {
    using sim = Ports.create();
    const largest = 2n ** BigInt(width) - 1n;
    for (const value of [0n, 1n, largest, largest / 3n, 0x123456789an]) {
      sim.dut[`a${width}`] = value;
      expect(sim.dut[`a${width}`]).toBe(value);
      sim.eval();
      expect(sim.dut[`y${width}`]).toBe(largest - value);
    }
  });

  it('should keep names that C++ cannot spell', () => {
    using sim = Ports.create();
    sim.dut['odd.name'] = 1;
    sim.eval();
    expect(sim.dut.odd).toBe(1);
    sim.dut.two__lines = 1;
    sim.eval();
    expect(sim.dut.odd).toBe(0);
  });

  it('should keep names in other scripts, and find and expose signals of such a name', async () => {
    const path = join(temporaryFolder(), 'script.v');
    writeFileSync(
      path,
      'module script (input wire clk, input wire [3:0] \\größe-é , output reg [3:0] \\ergebnis→x );\n' +
        '  reg [3:0] \\сумма ;\n' +
        "  always @(posedge clk) begin \\сумма <= \\größe-é ; \\ergebnis→x <= \\сумма + 4'd1; end\nendmodule\n",
    );
    const Script = await build({ top: 'script', sources: [path], expose: ['сумма'] });
    expect(Object.keys(Script.ports)).toEqual(['clk', 'größe-é', 'ergebnis→x']);
    using sim = Script.create();
    sim.dut['größe-é'] = 5;
    sim.tick();
    expect(sim.exposed['сумма']).toBe(5);
    sim.tick();
    expect(sim.dut['ergebnis→x']).toBe(6);
  });

  it('should start with all inputs at zero', () => {
    using sim = Ports.create({ seed: 99 });
    expect(sim.dut.a8).toBe(0);
    expect(sim.dut.y8).toBe(255);
    expect(sim.dut.a128).toBe(0n);
  });

  it.each([
    ['a8', 256, RangeError, 'Expected port a8 to be an integer from 0 to 255, but received 256.'],
    ['a8', -1, RangeError, 'but received -1.'],
    ['a8', Number.NaN, RangeError, 'but received NaN.'],
    ['a8', 0.5, RangeError, 'but received 0.5.'],
    ['a8', 1n, TypeError, 'but received 1n.'],
    ['a8', '7', TypeError, 'but received "7".'],
    ['a1', true, TypeError, 'but received true.'],
    ['a1', undefined, TypeError, 'but received undefined.'],
    ['a32', 2 ** 32, RangeError, 'from 0 to 4294967295, but received 4294967296.'],
    [
      'a40',
      2 ** 40,
      RangeError,
      'Expected port a40 to be an integer from 0 to 1099511627775, but received 1099511627776.',
    ],
    ['a40', 1n, TypeError, 'but received 1n.'],
    [
      'a64',
      2n ** 64n,
      RangeError,
      'Expected port a64 to be a bigint from 0 to 2^64 - 1, but received 18446744073709551616n.',
    ],
    ['a64', -1n, RangeError, 'but received -1n.'],
    ['a64', 5, TypeError, 'but received 5.'],
    ['a100', 2n ** 100n, RangeError, 'from 0 to 2^100 - 1'],
    ['a128', null, TypeError, 'but received null.'],
    ['y8', 1, TypeError, 'Expected a write to an input, but received output port y8.'],
    ['missing', 1, TypeError, 'but received "missing".'],
  ])('should refuse %s = %s', async (port, value, type, message) => {
    using sim = Ports.create();
    const error = await errorOf(type, () => (sim.dut[port] = value));
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
  });

  it('should refuse to read what is no port, but let printers look', () => {
    using sim = Ports.create();
    expect(() => sim.dut.misspelt).toThrow(/^Expected a port \(.*a128.*\), but received "misspelt"\.$/);
    expect(sim.dut.constructor).toBeUndefined();
    expect(Object.keys(sim.dut)).toContain('a1');
  });

  it('should print and compare, also when the model is gone', () => {
    const sim = Ports.create();
    sim.dut.a8 = 7;
    expect(inspect(sim.dut)).toContain('a8: 7');
    expect(JSON.parse(JSON.stringify({ a8: sim.dut.a8 }))).toEqual({ a8: 7 });
    expect(String(sim.dut.valueOf)).toBe('undefined');
    expect(() => expect(sim.dut).toEqual({ a8: 8 })).toThrow(/expected .* to deeply equal/);
    sim.dispose();
    expect(inspect(sim.dut)).toContain('not disposed');
    expect(() => sim.dut.a8).toThrow('not disposed');
  });

  it('should not be replaced as a whole, and take no unknown options', () => {
    using sim = Ports.create();
    expect(() => ((sim as { dut: unknown }).dut = {})).toThrow(TypeError);
    const wrong = { sead: 4 } as object;
    expect(() => Ports.create(wrong)).toThrow(
      'Expected options of create to be some of clock, seed, plusargs, onDisplay, but received sead.',
    );
    expect(() => sim.clock('clk', { perid: 4 } as object)).toThrow('but received perid.');
    expect(() => sim.reset('a1', { cycle: 4 } as object)).toThrow('but received cycle.');
    expect(() => sim.capture({ signals: ['a8'], wen: 'a1' } as never)).toThrow('but received wen.');
    expect(() => sim.runUntil('a1', { max: 3, vale: 1 } as never)).toThrow('but received vale.');
    expect(() => sim.restore({} as never)).toThrow('Expected a snapshot, but received Object.');
    expect(() => sim.load(3 as never)).toThrow('Expected the path of a file, but received 3.');
    expect(() => sim.batch({ a8: Uint8Array.of(1) }, 'y8' as never)).toThrow('Expected outputs to be an array');
  });

  it('should refuse to drive an inout, which the model does not take', async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'pad.v');
    writeFileSync(
      source,
      "module pad(input wire oe, input wire o, inout wire io, output wire i);\nassign io = oe ? o : 1'bz;\nassign i = io;\nendmodule\n",
    );
    const Pad = await build({ top: 'pad', sources: [source] });
    using sim = Pad.create({ clock: 'oe' });
    const refusal = 'Expected a write to an input, but received inout port io.';
    expect(() => (sim.dut.io = 1)).toThrow(refusal);
    expect(() => sim.batch({ io: Uint8Array.of(1) })).toThrow(refusal);
    expect(() => inputValues(Pad, ['io'])).toThrow('Expected an input of pad, but received inout port io.');
  });

  it('should give words of wide ports without a copy, and keep unused bits at zero', () => {
    using sim = Ports.create();
    const words = sim.words('a100');
    expect(words).toHaveLength(4);
    words.set([1, 2, 3, 0xffffffff]);
    sim.eval();
    expect(sim.dut.a100).toBe((0xfn << 96n) | (3n << 64n) | (2n << 32n) | 1n);
    expect([...sim.words('y100')]).toEqual([0xfffffffe, 0xfffffffd, 0xfffffffc, 0]);
    expect(() => sim.words('a32')).toThrow('Expected a port wider than 32 bits, but received a32, which has 32.');
  });

  it('should refuse every access after dispose', async () => {
    const sim = Ports.create();
    const words = sim.words('a128');
    const { dut } = sim;
    sim.dispose();
    sim.dispose();
    expect(words).toHaveLength(0);
    const uses = [
      () => dut.a8,
      () => (dut.a8 = 1),
      () => dut.a64,
      () => (dut.a64 = 1n),
      () => dut.a128,
      () => (dut.a128 = 1n),
      () => sim.eval(),
      () => sim.tick(),
      () => sim.runUntil('y1', { max: 1 }),
      () => sim.batch({ a1: Uint8Array.of(1) }),
      () => sim.words('a128'),
      () => sim.capture({ when: 'y1', signals: [] }),
      () => sim.openTrace('never.vcd'),
    ];
    for (const use of uses) {
      const error = await errorOf(SimulationError, use);
      expect(error.kind).toBe('disposed');
      expect(error.message).toBe('Expected a simulation that is not disposed, but ports is.');
    }
  });
});

describe('layoutPorts', () => {
  const port = { direction: 'input', width: 8, signed: false, dims: [] } as const;

  it('should find the members of ports, arrays of old and new versions among them', () => {
    const header =
      'VL_IN8(&a,0,0);\n VL_OUT8((&old__02earr)[2][4],7,0);\n VL_OUTW(&c,100,1,4);\n  VlUnpacked<CData/*7:0*/, 4> &fresh;\n';
    const ports = [
      { ...port, name: 'a', width: 1 },
      { ...port, name: 'old.arr', dims: [[0, 1] as const, [3, 0] as const] },
      { ...port, name: 'c', width: 100 },
      { ...port, name: 'fresh', dims: [[0, 3] as const] },
    ];
    expect(
      layoutPorts({ ports }, header).map(({ name, member, bytes, elements }) => [name, member, bytes, elements]),
    ).toEqual([
      ['a', 'a', 1, 1],
      ['old.arr', 'old__02earr', 1, 8],
      ['c', 'c', 16, 1],
      ['fresh', 'fresh', 1, 4],
    ]);
  });

  it('should refuse a name that the generated class needs', () => {
    expect(() =>
      layoutPorts({ ports: [{ ...port, name: 'name' }] }, 'VL_IN8(&name,0,0);\nconst char* name() const;'),
    ).toThrow('Expected port names that Verilator leaves free, but received name.');
  });

  it('should take a name that only a comment of the generated class has', () => {
    const header =
      '    // Symbol table holding complete model state (owned by this class)\n    VL_IN8(&state,7,0);\n    VL_IN8(&model,7,0);\n';
    const ports = [
      { ...port, name: 'state' },
      { ...port, name: 'model' },
    ];
    expect(layoutPorts({ ports }, header).map(({ member }) => member)).toEqual(['state', 'model']);
  });

  it('should undo the mangling of names', () => {
    expect(decodeName('esc__02eport')).toBe('esc.port');
    expect(decodeName('tick___05Fx')).toBe('tick__x');
    expect(decodeName('__SYM__new')).toBe('new');
    expect(decodeName('gr__0c3__0b6__0c3__09fe__02d__0c3__0a9')).toBe('größe-é');
    expect(decodeName('__0f0__09f__09a__080')).toBe('🚀');
  });
});
