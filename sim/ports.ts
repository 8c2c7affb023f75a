// SPDX-License-Identifier: Apache-2.0
// The ports of a model, read from the VL_IN/VL_OUT macros of its generated
// header: they give the exact storage, in every Verilator version.

/** One port of the top module. */
export interface Port {
  readonly direction: 'input' | 'output' | 'inout';
  /** Bits. */
  readonly width: number;
}

/** A port and where its C++ side is. */
export interface PortLayout extends Port {
  readonly name: string;
  /** Member of the generated class. */
  readonly member: string;
  /** Bytes of storage: 1, 2, 4, 8, or 4 for each 32 bits of a wider port. */
  readonly bytes: number;
}

/** Ports by name. */
export type Ports = Readonly<Record<string, Port>>;

const directions = { IN: 'input', OUT: 'output', INOUT: 'inout' } as const;

/**
 * Ports declared in a generated header.
 * @throws {RangeError} for an unpacked array, which has no single value, and for a name that the generated class needs.
 */
export function parsePorts(header: string): PortLayout[] {
  const ports: PortLayout[] = [];
  for (const match of header.matchAll(/\bVL_(IN|OUT|INOUT)(8|16|64|W|)\((.*)\);/g)) {
    const [, direction, storage, declaration = ''] = match;
    const [, member, msb, lsb] = /^&?(\w+),\s*(-?\d+),\s*(-?\d+)/.exec(declaration) ?? [];
    if (member === undefined) {
      const name = decodeName(/\w+/.exec(declaration)?.[0] ?? declaration);
      throw new RangeError(`Expected ports of the top module to be vectors, but received the array ${name}.`);
    }
    // Verilator gives ports the same scope as the methods of its class: a port called `name` does not compile.
    if (member === 'contextp' || new RegExp(`\\b${member}\\s*[(;]`).test(header)) {
      throw new RangeError(`Expected port names that Verilator leaves free, but received ${decodeName(member)}.`);
    }
    const width = Math.abs(Number(msb) - Number(lsb)) + 1;
    ports.push({
      name: decodeName(member),
      member,
      direction: directions[direction as keyof typeof directions],
      width,
      bytes: storage === 'W' ? Math.ceil(width / 32) * 4 : storage === '' ? 4 : Number(storage) / 8,
    });
  }
  return ports;
}

/** The list that model.cpp includes. */
export function portsInclude(ports: readonly PortLayout[]): string {
  return ports
    .map(({ member, width, bytes, direction }, i) => {
      return `PORT(${i}, ${member}, ${width}, ${bytes}, ${direction !== 'output'})\n`;
    })
    .join('');
}

/** Verilog's name for a generated one: `__SYM__` marks a C++ keyword, `__0hh` a character. */
export function decodeName(member: string): string {
  return member
    .replace(/^__SYM__/, '')
    .replace(/__0([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
