// SPDX-License-Identifier: Apache-2.0
// No file imports against the arrows between parts, and the check would see it if one did.

import { describe, expect, it } from 'vitest';
import { ALLOWED, importFaults, importsOf, partOf } from './imports.ts';
import { sourceFiles, textOf } from './source-files.ts';

const files = sourceFiles().filter((path) => /^(fpga|sim|src)\/.*\.ts$/.test(path));

describe('imports between parts', () => {
  it('should follow the arrows', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((path) => importFaults(path, textOf(path)))).toEqual([]);
  });

  it('should be listed bottom to top, so that no parts import each other', () => {
    const order = Object.keys(ALLOWED);
    for (const [index, part] of order.entries()) {
      for (const below of ALLOWED[part]!) expect(order.indexOf(below), `${part} -> ${below}`).toBeLessThan(index);
    }
    const above = files.map((path) => partOf(path)).filter((part) => part !== undefined && !order.includes(part));
    expect(above).toEqual([]);
  });

  it.each([
    ['src/reference/a.ts', "import { mapSize } from '../network/index.ts';", 'may import only types from'],
    ['src/reference/a.ts', "import { packImages } from '../compile/index.ts';", 'src/reference may not import'],
    ['src/network/a.ts', "export * from '../cli/main.ts';", 'src/network may not import src/cli/main.ts'],
    ['src/energy/a.ts', "import type { Device } from '../device/index.ts';", 'src/energy may not import'],
    ['src/kernel/a.ts', "import { build } from '../../sim/index.ts';", 'src/kernel may not import sim/index.ts'],
    ['src/cli/a.ts', "import { build } from '../../sim/addon/index.ts';", 'src/cli may not import sim/addon/index.ts'],
    ['src/report/a.ts', "import { build } from '../../sim/index.ts';", 'src/report may not import sim/index.ts'],
    ['sim/a.ts', "import { packageRoot } from '../src/network/index.ts';", 'sim may not import src/network/index.ts'],
    ['sim/addon/a.ts', "import { build } from '../build.ts';", 'sim/addon may not import sim/build.ts'],
    ['fpga/flow/a.ts', "import { build } from '../../sim/index.ts';", 'fpga may not import sim/index.ts'],
    [
      'fpga/flow/a.ts',
      "import { lenet5 } from '../../src/cycles/index.ts';",
      'fpga may not import src/cycles/index.ts',
    ],
    ['src/compile/a.ts', "const { a } = await import('../device/index.ts');", 'src/compile may not import'],
    ['src/compile/a.ts', "import '../../testbench/house/imports.ts';", 'src/compile may not import testbench'],
    ['src/new/a.ts', '', 'src/new is not a part that the list knows'],
  ])('should be refused where they are against the arrows: %s %s', (path, text, fault) => {
    expect(importFaults(path, text).join()).toContain(fault);
  });

  it.each([
    ['src/reference/a.ts', "import type { Codes } from '../network/index.ts';"],
    ['src/reference/a.ts', "import { type Codes, type Network } from '../network/index.ts';"],
    ['src/kernel/a.ts', "import { compileAddon } from '../../sim/addon/index.ts';"],
    ['src/cli/a.ts', "import { designTypes } from '../../sim/index.ts';"],
    ['src/device/a.ts', "import { build } from '../../sim/index.ts';\nimport { a } from './b.ts';"],
    ['fpga/flow/a.ts', "import { cached } from '../../sim/addon/index.ts';"],
    ['src/network/a.ts', "// import { a } from '../cli/main.ts';\nimport { join } from 'node:path';"],
  ])('should be accepted where they follow them: %s %s', (path, text) => {
    expect(importFaults(path, text)).toEqual([]);
  });
});

it('should read every form of import', () => {
  const text = `
    import fc from 'a';
    import { type B, c } from 'b';
    import {
      type D,
    } from 'c';
    import 'd';
    export type { E } from 'e';
    export { f } from 'f';
    export * from 'g';
    const h = await import('h');
    export const i = 'not/an/import';`;
  expect(importsOf(text)).toEqual([
    { target: 'a', typesOnly: false },
    { target: 'b', typesOnly: false },
    { target: 'c', typesOnly: true },
    { target: 'd', typesOnly: false },
    { target: 'e', typesOnly: true },
    { target: 'f', typesOnly: false },
    { target: 'g', typesOnly: false },
    { target: 'h', typesOnly: false },
  ]);
});
