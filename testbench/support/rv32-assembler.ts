// SPDX-License-Identifier: Apache-2.0
// RV32IM assembler for tests: `name:` lines, one instruction a line, registers
// x0 to x31, no pseudo-instructions.

interface Operands {
  readonly texts: readonly string[];
  register(at: number): number;
  /** A signed or unsigned number of some bits. */
  immediate(at: number, bits: number): number;
  /** A label's distance in bytes, or a number. */
  distance(at: number, bits: number): number;
}

type Encode = (operands: Operands) => number;

const csrs: Readonly<Record<string, number>> = { mstatus: 0x300, mepc: 0x341, mcycle: 0xb00 };

const registers = (opcode: number, f3: number, f7: number): Encode => {
  return (o) => (f7 << 25) | (o.register(2) << 20) | (o.register(1) << 15) | (f3 << 12) | (o.register(0) << 7) | opcode;
};
const immediate = (opcode: number, f3: number): Encode => {
  return (o) => (o.immediate(2, 12) << 20) | (o.register(1) << 15) | (f3 << 12) | (o.register(0) << 7) | opcode;
};
const shift = (f3: number, f7: number): Encode => {
  return (o) =>
    (f7 << 25) | (o.immediate(2, 5) << 20) | (o.register(1) << 15) | (f3 << 12) | (o.register(0) << 7) | 0x13;
};
// `lw x1, 4(x2)`: the operands are x1, 4, x2.
const load = (opcode: number, f3: number): Encode => {
  return (o) => (o.immediate(1, 12) << 20) | (o.register(2) << 15) | (f3 << 12) | (o.register(0) << 7) | opcode;
};
const store = (f3: number): Encode => {
  return (o) => {
    const offset = o.immediate(1, 12);
    const high = (offset >> 5) << 25;
    return high | (o.register(0) << 20) | (o.register(2) << 15) | (f3 << 12) | ((offset & 31) << 7) | 0x23;
  };
};
const branch = (f3: number): Encode => {
  return (o) => {
    const offset = o.distance(2, 13);
    const high = ((offset >> 12) << 31) | (((offset >> 5) & 63) << 25);
    const low = (((offset >> 1) & 15) << 8) | (((offset >> 11) & 1) << 7);
    return high | (o.register(1) << 20) | (o.register(0) << 15) | (f3 << 12) | low | 0x63;
  };
};
const upper = (opcode: number): Encode => {
  return (o) => (o.immediate(1, 20) << 12) | (o.register(0) << 7) | opcode;
};
const jal: Encode = (o) => {
  const offset = o.distance(1, 21);
  const high = ((offset >> 20) << 31) | (((offset >> 1) & 1023) << 21);
  return high | (((offset >> 11) & 1) << 20) | (((offset >> 12) & 255) << 12) | (o.register(0) << 7) | 0x6f;
};
const csr = (f3: number): Encode => {
  return (o) => {
    const name = o.texts[1] ?? '';
    const number = csrs[name];
    if (number === undefined) throw new Error(`Expected a CSR, but received ${name}.`);
    const source = f3 >= 4 ? o.immediate(2, 5) : o.register(2);
    return (number << 20) | (source << 15) | (f3 << 12) | (o.register(0) << 7) | 0x73;
  };
};

const named = (names: string, encode: (index: number) => Encode): [string, Encode][] => {
  return names.split(' ').map((name, i) => [name, encode(i)]);
};

const instructions: ReadonlyMap<string, Encode> = new Map<string, Encode>([
  ...named('add sll slt sltu xor srl or and', (i) => registers(0x33, i, 0)),
  ...named('mul mulh mulhsu mulhu div divu rem remu', (i) => registers(0x33, i, 1)),
  ['sub', registers(0x33, 0, 0x20)],
  ['sra', registers(0x33, 5, 0x20)],
  ['addi', immediate(0x13, 0)],
  ['slti', immediate(0x13, 2)],
  ['sltiu', immediate(0x13, 3)],
  ['xori', immediate(0x13, 4)],
  ['ori', immediate(0x13, 6)],
  ['andi', immediate(0x13, 7)],
  ['slli', shift(1, 0)],
  ['srli', shift(5, 0)],
  ['srai', shift(5, 0x20)],
  ...named('lb lh lw', (i) => load(0x03, i)),
  ...named('lbu lhu', (i) => load(0x03, 4 + i)),
  ...named('sb sh sw', store),
  ...named('beq bne', branch),
  ...named('blt bge bltu bgeu', (i) => branch(4 + i)),
  ['lui', upper(0x37)],
  ['auipc', upper(0x17)],
  ['jal', jal],
  ['jalr', load(0x67, 0)],
  ...named('csrrw csrrs csrrc', (i) => csr(1 + i)),
  ...named('csrrwi csrrsi csrrci', (i) => csr(5 + i)),
  ['fence', (): number => 0x0f],
  ['.word', (o): number => o.immediate(0, 32)],
  ['ecall', (): number => 0x73],
  ['ebreak', (): number => 0x0010_0073],
  ['mret', (): number => 0x3020_0073],
]);

/** Assembles a program that starts at address 0; `#` starts a comment. */
export function assemble(text: string): Uint32Array {
  const labels = new Map<string, number>();
  const lines: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*/, '').trim();
    if (line.endsWith(':')) labels.set(line.slice(0, -1), 4 * lines.length);
    else if (line !== '') lines.push(line);
  }
  return Uint32Array.from(lines, (line, i) => encodeLine(line, 4 * i, labels));
}

function encodeLine(line: string, address: number, labels: ReadonlyMap<string, number>): number {
  const [name = '', rest = ''] = line.split(/\s+(.*)/);
  const encode = instructions.get(name);
  if (encode === undefined) throw new Error(`Expected an instruction, but received ${line}.`);
  const texts = rest.split(/[,()]/).map((part) => part.trim());
  const number = (value: number, bits: number): number => {
    if (Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value < 2 ** bits) return value & (2 ** bits - 1);
    throw new Error(`Expected numbers of ${bits} bits, but received ${line}.`);
  };
  return encode({
    texts,
    register: (at) => number(/^x\d+$/.test(texts[at] ?? '') ? Number(texts[at]!.slice(1)) : NaN, 5),
    immediate: (at, bits) => number(Number(texts[at]), bits),
    distance: (at, bits) => {
      const label = labels.get(texts[at] ?? '');
      return number(label === undefined ? Number(texts[at]) : label - address, bits);
    },
  });
}
