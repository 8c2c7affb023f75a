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
    'memory_map',
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
      ['a third finds room', 'held != HELD[1:0]', "held != 2'd3"],
      ['one that is freed stays', 'if (loaded != freed)', 'if (loaded)'],
      ['loading and freeing at once counts one more', 'loaded != freed', 'loaded | freed'],
      ['taking and loading at once counts one less', 'if (loaded != taken)', 'if (loaded | taken)'],
      ['a reset leaves what is held', "held    <= 2'd0;", ''],
    ],
  ],
  [
    'stationary_pusher',
    ['active', 'words', 'loaded', 'since', 'swapped'],
    [
      ['words that are not there are read', 'active & more & (', 'active & ('],
      ['a swap does not wait for the last word', 'words == LANES[W_WORDS-1:0]', 'words >= LANES[W_WORDS-1:0] - 1'],
      ['more words than a fold has are read', '(~ready | (swap & LANES > 1))', "1'b1"],
      ['a swap takes the weights of a fold that goes on', '(issue & fold_last)', 'issue'],
      ['the word of a swap is forgotten', "{{W_WORDS-1{1'b0}}, push}", "{W_WORDS{1'b0}}"],
      ['a layer begins with words of the one before', 'if (start | rst)', 'if (rst)'],
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
  [
    'tap_queue',
    ['count', 'head', 'tail', 'taken'],
    [
      ['a tap is issued twice', 'taken | lowest', 'taken'],
      ['a window leaves with its lowest tap', 'wire        leaves = pop & highest', 'wire        leaves = pop'],
      ['the taps of the window before count as issued', "highest ? 16'd0 :", ''],
      ['windows change places', "head <= head + 1'b1", "head <= head - 1'b1"],
      ['a window that leaves as another comes is counted on', "- {2'd0, leaves}", "- {2'd0, leaves & ~push}"],
      ['a reset leaves the taps that were issued', "tail  <= 2'd0;\n        taken <= 16'd0;", "tail  <= 2'd0;"],
      ['lanes are told apart by three bits', '|lowest[15:8]', "1'b0"],
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

describe('segments, one at a time', () => {
  const zero = ['waiting', 'held', 'in_use'];
  const source = sourceOf('segments').replace('parameter HELD = 2', 'parameter HELD = 1');

  it('should be proved to keep to its properties', () => {
    expect(source).toContain('HELD = 1');
    expect(proves('segments', source, zero)).toBe(true);
  });

  it('should not be proved when a second finds room', () => {
    expect(proves('segments', source.replace('held != HELD[1:0]', "held != 2'd2"), zero)).toBe(false);
  });
});
