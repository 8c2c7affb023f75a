// SPDX-License-Identifier: Apache-2.0
// The declarations of fixtures/design/gallery.sv. The stored ones are checked against what would be written now, and
// types-use.ts, which tsc checks with everything else, says what they allow.

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../sim/addon/index.ts';
import { findSignal, readXml, type Design, type PortType } from '../../sim/design/index.ts';
import { designTypes, typesName } from '../../sim/types/index.ts';
import { valueText } from '../../sim/types/value-text.ts';
import { fixture, temporaryFolder } from './support.ts';

const design = readXml(readFileSync(join(fixture('design'), '5.006.xml'), 'utf8'), 'gallery');
const exposed = ['state', 'gen_lane[1].gen_odd.lane_u.mem', 'gen_lane[0].gen_even.lane_u.odd.name'];
const text = designTypes(
  design,
  exposed.map((path) => findSignal(design, path)),
);

function designOf(ports: readonly Partial<PortType>[], top = 'top'): Design {
  const port: PortType = { name: 'p', direction: 'input', width: 1, signed: false, dims: [] };
  return {
    top,
    ports: ports.map((one) => ({ ...port, ...one })),
    params: [],
    modules: new Map(),
    packages: [],
    files: [],
    root: '',
  };
}

/** What tsc says of a file beside the stored declarations. */
async function check(source: string): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'gallery.d.ts'), text);
  writeFileSync(join(folder, 'use.ts'), source);
  const tsc = join(packageRoot(), 'node_modules/typescript/bin/tsc');
  const args = [
    tsc,
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    join(folder, 'use.ts'),
  ];
  return promisify(execFile)(process.execPath, args).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

describe('designTypes', () => {
  it('should write the declarations that are stored', async () => {
    await expect(`// SPDX-License-Identifier: Apache-2.0\n${text}`).toMatchFileSnapshot(
      join(fixture('design'), 'gallery.d.ts'),
    );
  });

  it.each([
    ['axi_lite_regs', 'AxiLiteRegsDesign'],
    ['fifo', 'FifoDesign'],
    ['picoRV32', 'PicoRV32Design'],
    ['2fast', 'Top2fastDesign'],
    ['odd-top.x', 'OddTopXDesign'],
    ['_', 'TopDesign'],
  ])('should name the interface of %s %s', (top, name) => {
    expect(typesName(top)).toBe(name);
  });

  it.each([
    [1, false, 'Uint8Array'],
    [8, true, 'Int8Array'],
    [7, true, 'Uint8Array'],
    [16, true, 'Int16Array'],
    [31, true, 'Uint32Array'],
    [32, true, 'Int32Array'],
    [33, false, 'BigUint64Array'],
    [64, true, 'BigInt64Array'],
    [65, true, 'Uint32Array'],
  ])('should type an array of %i bits, signed %s, as %s', (width, signed, type) => {
    expect(valueText({ width, signed, dims: [[0, 1]] })).toBe(type);
  });

  it('should quote what is no identifier, and keep comments closed', () => {
    const odd = designTypes(designOf([{ name: 'a"b' }, { name: 'odd.port' }], 'end*/top'));
    expect(odd).toContain('    "a\\"b": number;\n');
    expect(odd).toContain('    "odd.port": number;\n');
    expect(odd).toContain('/** The Verilog module end*\\/top. */');
  });
});

describe('declarations', () => {
  const start = "import type { GalleryDesign } from './gallery.js';\ndeclare const ports: GalleryDesign['ports'];\n";

  it('should let inputs be written and outputs be read', async () => {
    expect(await check(`${start}ports.sample = ports.state_out;\nports.taps_in[0] = 1;`)).toBe('');
  });

  it.each([
    ['ports.smaple = 1;', /use\.ts\(3,7\): error TS2551: .*'smaple'.*Did you mean 'sample'/],
    ['ports.state_out = 1;', /use\.ts\(3,7\): error TS2540: .*'state_out' because it is a read-only property/],
    ['ports.wide_in = 1;', /error TS2322: Type 'number' is not assignable to type 'bigint'/],
    ['ports.sample = 1n;', /error TS2322: Type 'bigint' is not assignable to type 'number'/],
    ['ports.taps_in = new Int16Array(4);', /error TS2540/],
  ])('should refuse %s at compile time', async (line, message) => {
    expect(await check(start + line)).toMatch(message);
  });
});
