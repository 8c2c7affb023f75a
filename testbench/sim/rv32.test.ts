// SPDX-License-Identifier: Apache-2.0
// The core that benchmarks simulate is a RISC-V core: what it computes is what
// the architecture says, here in terms of bigints.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../sim/addon/package-root.ts';
import { build, type Model, type Simulation } from '../../sim/index.ts';
import { assemble } from '../support/rv32-assembler.ts';

const path = (name: string): string => join(packageRoot(), 'testbench', 'bench', 'verilog', `${name}.v`);

interface SocTypes {
  ports: { clk: number; rst: number; irq: number; readonly checksum: number; readonly trap: number };
  exposed: { ram: Uint32Array };
}

let Soc: Model<SocTypes>;
beforeAll(async () => {
  Soc = await build<SocTypes>({ top: 'soc', sources: [path('rv32'), path('soc')], expose: ['ram'] });
});

/** Runs a program that ends with `ebreak`. */
function runProgram(text: string, prepare: (sim: Simulation<SocTypes>) => void = () => undefined): Uint32Array {
  using sim = Soc.create();
  const { ram } = sim.exposed;
  ram.set(assemble(text));
  prepare(sim);
  sim.reset('rst');
  sim.runUntil('trap', { max: 10_000 });
  return ram.slice();
}

const s = (value: number): bigint => BigInt(value | 0);
const u = (value: number): bigint => BigInt(value >>> 0);

/** What each instruction makes of two words. */
const expected: Readonly<Record<string, (a: number, b: number) => bigint>> = {
  add: (a, b) => u(a) + u(b),
  sub: (a, b) => u(a) - u(b),
  sll: (a, b) => u(a) << (u(b) & 31n),
  slt: (a, b) => (s(a) < s(b) ? 1n : 0n),
  sltu: (a, b) => (u(a) < u(b) ? 1n : 0n),
  xor: (a, b) => u(a) ^ u(b),
  srl: (a, b) => u(a) >> (u(b) & 31n),
  sra: (a, b) => s(a) >> (u(b) & 31n),
  or: (a, b) => u(a) | u(b),
  and: (a, b) => u(a) & u(b),
  mul: (a, b) => u(a) * u(b),
  mulh: (a, b) => (s(a) * s(b)) >> 32n,
  mulhsu: (a, b) => (s(a) * u(b)) >> 32n,
  mulhu: (a, b) => (u(a) * u(b)) >> 32n,
  div: (a, b) => (b === 0 ? -1n : s(a) / s(b)),
  divu: (a, b) => (b === 0 ? -1n : u(a) / u(b)),
  rem: (a, b) => (b === 0 ? s(a) : s(a) % s(b)),
  remu: (a, b) => (b === 0 ? u(a) : u(a) % u(b)),
};

const word = fc.oneof(
  fc.constantFrom(0, 1, -1, 0x7fff_ffff, -0x8000_0000),
  fc.integer(),
  fc.integer({ min: -40, max: 40 }),
);

describe('the rv32 core', () => {
  it('should compute what RISC-V says', () => {
    const names = Object.keys(expected);
    const lines = names.flatMap((name, i) => [`${name} x3, x1, x2`, `sw x3, ${512 + 4 * i}(x0)`]);
    const program = ['lw x1, 256(x0)', 'lw x2, 260(x0)', ...lines, 'ebreak'].join('\n');
    fc.assert(
      fc.property(word, word, (a, b) => {
        const ram = runProgram(program, (sim) => sim.exposed.ram.set([a, b], 64));
        const got = Object.fromEntries(names.map((name, i) => [name, ram[128 + i]]));
        const want = Object.fromEntries(
          names.map((name) => [name, Number(BigInt.asUintN(32, expected[name]!(a >>> 0, b >>> 0)))]),
        );
        expect(got).toEqual(want);
      }),
      { numRuns: 60 },
    );
  });

  it('should load and store bytes and halves with and without sign', () => {
    const ram = runProgram(`
      lui x1, 0x80f1f
      addi x1, x1, 0x27e        # 0x80f1f27e
      sw x1, 256(x0)
      lb x2, 257(x0)
      sw x2, 260(x0)
      lbu x2, 257(x0)
      sw x2, 264(x0)
      lh x2, 258(x0)
      sw x2, 268(x0)
      lhu x2, 258(x0)
      sw x2, 272(x0)
      sw x0, 276(x0)
      sb x1, 278(x0)
      sw x0, 280(x0)
      sh x1, 282(x0)
      ebreak`);
    expect([...ram.subarray(64, 71)]).toEqual([
      0x80f1_f27e, 0xffff_fff2, 0xf2, 0xffff_80f1, 0x80f1, 0x007e_0000, 0xf27e_0000,
    ]);
  });

  it('should branch, call and return', () => {
    // The sum of the primes below 30, by trial division in a subroutine.
    const ram = runProgram(`
      addi x1, x0, 2
      addi x4, x0, 30
      addi x2, x0, 0
      next:
      jal x5, is_prime
      beq x6, x0, skip
      add x2, x2, x1
      skip:
      addi x1, x1, 1
      blt x1, x4, next
      sw x2, 256(x0)
      ebreak
      is_prime:
      addi x7, x0, 2
      trial:
      bge x7, x1, prime
      remu x6, x1, x7
      beq x6, x0, return
      addi x7, x7, 1
      jal x0, trial
      prime:
      addi x6, x0, 1
      return:
      jalr x0, 0(x5)`);
    expect(ram[64]).toBe(2 + 3 + 5 + 7 + 11 + 13 + 17 + 19 + 23 + 29);
  });

  it('should take an interrupt when it is let in, and return', () => {
    const ram = runProgram(
      `
      jal x0, start
      ebreak
      ebreak
      ebreak
      addi x3, x3, 1
      mret
      start:
      addi x1, x0, 0
      addi x3, x0, 0
      addi x2, x0, 20
      first:
      addi x1, x1, 1
      bne x1, x2, first
      sw x3, 256(x0)
      csrrsi x0, mstatus, 8
      addi x1, x0, 0
      second:
      addi x1, x1, 1
      bne x1, x2, second
      sw x3, 260(x0)
      sw x1, 264(x0)
      csrrs x4, mstatus, x0
      sw x4, 268(x0)
      ebreak`,
      (sim) => {
        sim.fork(function* () {
          yield sim.cycles(10);
          sim.dut.irq = 1;
          yield;
          sim.dut.irq = 0;
        });
      },
    );
    expect([...ram.subarray(64, 68)]).toEqual([0, 1, 20, 8]);
  });

  it.each([
    ['an unknown instruction', '.word 0xffffffff'],
    ['a misaligned load', 'lw x1, 2(x0)'],
    ['a misaligned store', 'sh x1, 257(x0)'],
    ['a misaligned jump', 'jal x0, 6'],
    ['ecall', 'ecall'],
  ])('should stand still at %s', (_, text) => {
    const ram = runProgram(`${text}\naddi x1, x0, 1\nsw x1, 256(x0)\nebreak`, (sim) => (sim.exposed.ram[64] = 7));
    expect(ram[64]).toBe(7);
  });
});

describe('the system around it', () => {
  it('should hold the program that its comments say', () => {
    const text = readFileSync(path('soc'), 'utf8').match(/^initial begin\n(.*?)^end$/ms)![1]!;
    const words = Array.from(text.matchAll(/= 32'h([0-9a-f]{8});/g), (match) => Number.parseInt(match[1]!, 16));
    const program = Array.from(text.matchAll(/\/\/ (.*)$/gm), (match) => match[1]!).join('\n');
    expect(words).toEqual([...assemble(program)]);
  });

  it('should add up what the program computes', () => {
    // The program, as it would be in JavaScript.
    const table = new Uint32Array(64);
    let running = 1;
    for (let i = 0; i < 64; i++) {
      table[i] = running;
      running = (running + 37) >>> 0;
    }
    let checksum = 0;
    const sums: number[] = [];
    for (let round = 0; round < 3; round++) {
      let [byte, last] = [0, 0];
      for (let i = 0; i < 64; i++) {
        running ^= table[i]!;
        running = (running + (running << 5)) | 0;
        last = (running - (running >> 11)) | 0;
        table[i] = last;
        byte = (last >>> 8) & 255;
        running = (running + byte) | 0;
      }
      last = Math.imul(running, last);
      running = (last + ((running >>> 0) % (byte | 1))) | 0;
      checksum = (((checksum << 1) | (checksum >>> 31)) + running) >>> 0;
      sums.push(checksum);
    }

    using sim = Soc.create();
    sim.reset('rst');
    for (const sum of sums) sim.runUntil('checksum', { max: 20_000, value: sum });
    expect(sim.dut.trap).toBe(0);
  });

  it('should count interrupts in the checksum', () => {
    const run = (irq: number): number => {
      using sim = Soc.create();
      sim.reset('rst');
      sim.run(3000);
      sim.dut.irq = irq;
      sim.tick();
      sim.dut.irq = 0;
      sim.run(200);
      return sim.dut.checksum;
    };
    expect([run(0), run(1)]).toEqual([0, 1]);
  });
});

describe('its Verilog', () => {
  const tools: Readonly<Record<string, (top: string, sources: readonly string[]) => readonly string[]>> = {
    verilator: (top, sources) => ['--lint-only', '-Wall', '--top-module', top, ...sources],
    iverilog: (top, sources) => ['-g2005', '-Wall', '-t', 'null', '-s', top, ...sources],
    yosys: (top, sources) => {
      const read = sources.map((source) => `read_verilog -defer "${source}"`);
      return ['-q', '-p', [...read, `hierarchy -check -top ${top}`, 'proc', 'check -assert'].join('; ')];
    },
  };

  it.each(Object.keys(tools))('should be clean in %s', (tool) => {
    const tops = [['rv32'], ['rv32', 'soc'], ['rv32', 'soc', 'cluster'], ['tick_counter'], ['echo']];
    for (const names of tops) {
      const { status, stdout, stderr } = spawnSync(tool, tools[tool]!(names.at(-1)!, names.map(path)), {
        encoding: 'utf8',
      });
      expect({ status, text: stdout.replace(/^- .*\n/gm, '') + stderr }, names.at(-1)).toEqual({ status: 0, text: '' });
    }
  });
});
