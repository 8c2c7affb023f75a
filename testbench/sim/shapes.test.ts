// SPDX-License-Identifier: Apache-2.0
// Ports that are no plain vectors, and signals inside.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, describeDesign, SimulationError, type BuildOptions, type Model } from '../../sim/index.ts';
import { errorOf, fixture, temporaryFolder } from './support.ts';

const options = { top: 'shapes', sources: [fixture('shapes.sv'), fixture('store.v')] };
let Shapes: Model;

beforeAll(async () => {
  Shapes = await build({ ...options, expose: ['store_u.words', 'store_u.writes', 'slow_count'] });
});

describe('signed ports', () => {
  it.each<[string, (number | bigint)[]]>([
    ['5', [0, 1, 15, -1, -15]],
    ['32', [0, 1, 2 ** 31 - 1, -1, -(2 ** 31) + 1]],
    ['48', [0, 1, 2 ** 47 - 1, -1, -(2 ** 47) + 1, 123456789012]],
    ['70', [0n, 1n, 2n ** 69n - 1n, -1n, -(2n ** 69n) + 1n, 2n ** 64n]],
  ])('should have signed values at %s bits', (width, values) => {
    using sim = Shapes.create();
    for (const value of values) {
      sim.dut[`s${width}`] = value;
      expect(sim.dut[`s${width}`]).toBe(value);
      sim.eval();
      expect(sim.dut[`n${width}`]).toEqual(typeof value === 'bigint' ? -value : 0 - value);
    }
  });

  it.each<[string, number | bigint, string]>([
    ['s5', 16, 'Expected port s5 to be an integer from -16 to 15, but received 16.'],
    ['s5', -17, 'from -16 to 15, but received -17.'],
    ['s48', 2 ** 47, 'from -140737488355328 to 140737488355327, but received 140737488355328.'],
    ['s70', 2n ** 69n, 'Expected port s70 to be a bigint from -2^69 to 2^69 - 1, but received 590295810358705651712n.'],
  ])('should refuse %s = %s', (port, value, message) => {
    using sim = Shapes.create();
    expect(() => (sim.dut[port] = value)).toThrow(message);
  });

  it('should take and give signed columns in a batch', () => {
    using sim = Shapes.create();
    const { n5, n32 } = sim.batch({ s5: Int8Array.of(-15, 3, 0), s32: Int32Array.of(7, -8, -1) }, ['n5', 'n32']);
    expect(n5).toEqual(Int8Array.of(15, -3, 0));
    expect(n32).toEqual(Int32Array.of(-7, 8, 1));
    expect(() => sim.batch({ s5: Int8Array.of(0, -17) })).toThrow(
      'Expected s5 in row 1 to be an integer from -16 to 15, but received -17.',
    );
    expect(() => sim.batch({ s5: Uint8Array.of(0) })).toThrow(
      'Expected s5 to be an Int8Array, Int16Array or Int32Array',
    );
    const wide = sim.batch({ s48: BigInt64Array.of(-1n, 2n ** 40n) }, ['n48']);
    expect(wide.n48).toEqual(Uint32Array.of(1, 0, 0, 0xff00));
    expect(() => sim.batch({ s48: BigInt64Array.of(2n ** 47n) })).toThrow('Expected s48 in row 0 to be an integer');
  });
});

describe('array ports', () => {
  it('should be typed arrays over the model', () => {
    expect(Shapes.ports['lanes']).toEqual({ direction: 'input', width: 7, signed: false, dims: [[0, 3]] });
    using sim = Shapes.create();
    const { lanes, swapped } = sim.dut as { lanes: Uint8Array; swapped: Uint8Array };
    lanes.set([1, 2, 3, 4]);
    sim.eval();
    expect(swapped).toEqual(Uint8Array.of(4, 3, 2, 1));
    expect(sim.dut.lanes).toBe(lanes);
  });

  it('should cut elements to their width', () => {
    using sim = Shapes.create();
    sim.dut.lanes[0] = 0xff;
    sim.eval();
    expect([sim.dut.lanes[0], sim.dut.swapped[3]]).toEqual([0x7f, 0x7f]);
  });

  it('should refuse to be written as a whole, and as signals with one value', async () => {
    using sim = Shapes.create();
    expect(() => (sim.dut.lanes = [1, 2, 3, 4])).toThrow(
      'Expected elements of port lanes to be written, as in lanes[0] = 1 or lanes.set([1, 2]), but received Array for the whole.',
    );
    expect(() => sim.batch({ lanes: new Uint8Array(4) })).toThrow('Expected ports with one value, but received lanes');
    expect(() => sim.runUntil('lanes', { max: 1 })).toThrow('Expected a signal with one value, but received lanes');
    const { lanes } = sim.dut as { lanes: Uint8Array };
    sim.dispose();
    expect(lanes).toHaveLength(0);
    expect((await errorOf(SimulationError, () => sim.dut.lanes)).kind).toBe('disposed');
  });
});

describe('exposed signals', () => {
  it('should be read and written by path, memories without a copy', () => {
    expect(Shapes.exposed['store_u.words']).toEqual({ width: 8, signed: false, dims: [[0, 3]] });
    using sim = Shapes.create();
    sim.reset('rst_n');
    sim.run(4);
    expect(sim.exposed['store_u.words']).toEqual(Uint8Array.of(0, 1, 2, 3));
    sim.exposed['store_u.writes'] = 31;
    sim.tick();
    expect(sim.exposed['store_u.writes']).toBe(0);
    sim.exposed['slow_count'] = 77;
    sim.tick();
    expect(sim.dut.slow_count).toBe(78);
  });

  it('should serve runUntil, capture and batch', () => {
    using sim = Shapes.create();
    sim.reset('rst_n');
    sim.exposed['store_u.writes'] = 0;
    const capture = sim.capture({ signals: { writes: 'store_u.writes' } });
    expect(sim.runUntil('store_u.writes', { max: 9, value: 3 })).toBe(3);
    expect(capture.take().writes).toEqual(Uint32Array.of(0, 1, 2));
    const inputs = { s5: new Int8Array(2) };
    expect(sim.batch(inputs, ['store_u.writes'])['store_u.writes']).toEqual(Uint8Array.of(3, 4));
  });

  it('should refuse what is not exposed, with what is there', async () => {
    using sim = Shapes.create();
    expect(() => sim.exposed['store_u.addr']).toThrow(
      /^Expected an exposed signal \(store_u\.words, .*"store_u\.addr"\.$/,
    );
    expect(() => (sim.exposed['store_u.writes'] = 32)).toThrow('but received 32.');
    const error = await errorOf(RangeError, build({ ...options, expose: ['store_u.word'] }));
    expect(error.message).toBe(
      'Expected expose to name signals of shapes, but received "store_u.word"; did you mean store_u.words?',
    );
  });
});

describe('structures', () => {
  const declared = `typedef struct { logic [3:0] tag; logic valid; } item_t;
typedef struct { logic valid; } flag_t;
typedef struct packed { logic [3:0] tag; logic valid; } packed_t;
typedef union { logic [3:0] tag; logic [3:0] bits; } either_t;

module holder (input item_t d, output item_t q);
/* verilator no_inline_module */
item_t held;
assign held = d;
assign q = held;
endmodule
`;
  const optionsOf = (ports: string, body: string, expose: readonly string[] = []): BuildOptions => {
    const source = join(temporaryFolder(), 'structures.sv');
    writeFileSync(source, `${declared}\nmodule structures (${ports});\n${body}\nendmodule\n`);
    return { top: 'structures', sources: [source], expose, verilatorFlags: ['-Wno-fatal', '-Wno-lint'] };
  };
  const buildTop = (...args: Parameters<typeof optionsOf>): Promise<Model> => build(optionsOf(...args));
  // A description has only what a build takes.
  const refusalOf = async (...args: Parameters<typeof optionsOf>): Promise<string> => {
    const refused = optionsOf(...args);
    const { message } = await errorOf(RangeError, build(refused));
    expect((await errorOf(RangeError, describeDesign(refused))).message).toBe(message);
    return message;
  };

  it.each([
    ['of which a member is read', 'input item_t p, output logic o', 'assign o = p.valid;', 'structure'],
    ['of which members are written', 'output item_t p, input logic i', "assign p = '{4'd1, i};", 'structure'],
    ['that is only passed on', 'input item_t p, output item_t q', 'assign q = p;', 'structure'],
    ['that nothing reads', 'input item_t p, output logic o', "assign o = 1'b1;", 'structure'],
    ['of one bit', 'input flag_t p, output flag_t q', 'assign q = p;', 'structure'],
    ['in an array', 'input item_t p[2], output item_t q[2]', 'assign q = p;', 'structure'],
    ['that is a union', 'input either_t p, output logic o', 'assign o = p.tag[0];', 'union'],
  ])('should refuse an unpacked port %s', async (_, ports, body, what) => {
    expect(await refusalOf(ports, body)).toBe(
      `Expected the ports of structures to be bits or arrays of bits, but received p, which is an unpacked ${what}.`,
    );
  });

  it.each([
    ['of which a member is read', 's', 'item_t s; assign s = p; assign o = s.tag;'],
    ['that is only passed on', 's', 'item_t s, t; assign s = t; assign o = p.tag;'],
    ['in an array', 's', 'item_t s[2], t[2]; assign s = t; assign o = p.tag;'],
    ['in an instance', 'holder_u.held', 'item_t t; holder holder_u (.d(t), .q()); assign o = p.tag;'],
  ])('should refuse to expose an unpacked one %s', async (_, path, body) => {
    expect(await refusalOf('input packed_t p, output logic [3:0] o', body, [path])).toBe(
      'Expected expose to name signals that are bits or arrays of bits, ' +
        `but received "${path}", which is an unpacked structure.`,
    );
  });

  it('should have packed ones as bits, beside unpacked ones inside', async () => {
    const inside = 'item_t t; assign t.tag = ~p.tag; assign t.valid = p.valid;';
    const body = `${inside}\npacked_t s; assign s.tag = t.tag; assign s.valid = t.valid; assign q = '{s, p};`;
    const Structures = await buildTop('input packed_t p, output packed_t q[2]', body, ['s']);
    using sim = Structures.create();
    sim.dut.p = 19;
    sim.eval();
    expect(sim.dut.q).toEqual(Uint8Array.of(13, 19));
    expect(sim.exposed['s']).toBe(13);
  });
});

describe('arguments and draws', () => {
  it('should reach $value$plusargs', () => {
    using sim = Shapes.create({ plusargs: ['+argument=42'] });
    using other = Shapes.create();
    expect([sim.dut.argument, other.dut.argument]).toEqual([42, 0]);
    expect(() => Shapes.create({ plusargs: ['argument=1'] })).toThrow(
      'Expected plusargs to start with +, but received "argument=1".',
    );
  });

  it('should refuse arguments that the runtime does not take, beside an instance that goes on', () => {
    using other = Shapes.create();
    other.tick();
    for (const argument of ['+verilator+bogus+5', '+verilator+help', '+verilator+seed+x']) {
      expect(() => Shapes.create({ plusargs: ['+argument=1', argument] })).toThrow(
        `Expected plusargs that Verilator's runtime takes, but received ${argument} (`,
      );
    }
    other.run(2);
    expect(other.cycle).toBe(3);
    using sim = Shapes.create({ plusargs: ['+verilator+error+limit+2', '+argument=42'] });
    sim.tick();
    expect(sim.dut.argument).toBe(42);
  });

  it('should draw the same with a seed, also beside another instance', () => {
    const draw = (seed: number): number[] => {
      using sim = Shapes.create({ seed });
      return [1, 2, 3].map(() => {
        sim.tick();
        return sim.dut.drawn as number;
      });
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(new Set(draw(7)).size).toBe(3);
  });
});
