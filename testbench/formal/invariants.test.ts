// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys, by induction over clocks, what small modules keep to for ever; and that planted bugs are not proved.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus formal '));
afterAll(() => rmSync(folder, { recursive: true }));

function sourceOf(module: string): string {
  return readFileSync(
    rtlSources().find((path) => path.endsWith(`/${module}.v`))!,
    'utf8',
  );
}

/**
 * Whether a module keeps to its properties.
 * @param zero registers that are zero at first
 */
function proves(module: string, source: string, zero: readonly string[]): boolean {
  const properties = readFileSync(join(import.meta.dirname, `${module}.vh`), 'utf8');
  const design = join(folder, `${module}.v`);
  writeFileSync(design, source.replace('\nendmodule', `\n${properties}\nendmodule`));
  const script = [
    `read_verilog -formal "${design}"`,
    `prep -top ${module}`,
    `sat -tempinduct -prove-asserts -set-assumes ${zero.map((name) => `-set-init ${name} 0`).join(' ')} -verify`,
  ].join('; ');
  const { status, error, stdout, stderr } = spawnSync('yosys', ['-q', '-p', script], { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0 && !/model found|proof did fail/i.test(stdout + stderr)) throw new Error(stdout + stderr);
  return status === 0;
}

describe.each<[string, string[], [string, string, string][]]>([
  [
    'segments',
    ['waiting', 'held', 'in_use'],
    [
      ['a third finds room', "held != 2'd2", "held != 2'd3"],
      ['one that is freed stays', 'if (loaded != freed)', 'if (loaded)'],
      ['loading and freeing at once counts one more', 'loaded != freed', 'loaded | freed'],
      ['taking and loading at once counts one less', 'if (loaded != taken)', 'if (loaded | taken)'],
      ['a reset leaves what is held', "held    <= 2'd0;", ''],
    ],
  ],
  [
    'argmax_lane',
    ['any', 'seen'],
    [
      ['the last of equals wins', 'index < best', 'index > best'],
      ['a smaller code wins', 'code > largest', 'code < largest'],
      ['equals are not compared', 'code == largest & index < best', "1'b0"],
      ['what was before a clear counts', '~clear & (any | take)', 'any | take'],
      ['codes that are not taken count', 'if (take & wins)', 'if (wins)'],
    ],
  ],
])('%s', (module, zero, bugs) => {
  it('should be proved to keep to its properties', () => {
    expect(proves(module, sourceOf(module), zero)).toBe(true);
  });

  it.each(bugs)('should not be proved when %s', (_, from, to) => {
    const source = sourceOf(module);
    expect(source).toContain(from);
    expect(proves(module, source.replace(from, to), zero)).toBe(false);
  });
});
