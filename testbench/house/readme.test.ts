// SPDX-License-Identifier: Apache-2.0
// Runs the README's commands and compares what they print with what it shows. `npm run readme` writes its table anew.

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { missingLines, shownCommands, tableRow, tableRows, withTableRows } from '../../scripts/readme/readme.mjs';
import { configurationNames } from '../../src/compile/index.ts';
import { root, textOf } from './source-files.ts';

const readme = textOf('README.md');
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

/** What a command of the README runs after set-up, as arguments of node. */
function nodeArguments(command: string): string[] {
  const script = command.replace(/^npm start\b/, () => scripts['start']!.split('&&').at(-1)!.trim());
  const [program, ...args] = script.replace(/^(npx )?berus\b/, 'node dist/src/cli/main.js').split(/\s+/);
  expect(program).toBe('node');
  return args;
}

function run(command: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, nodeArguments(command), {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

describe('README.md', () => {
  it('should begin with what matters, within 40 lines', () => {
    const top = readme.split('\n').slice(0, 40).join('\n');
    for (const part of [
      'Y[t,m,n] = - sum',
      'docs/array.svg',
      '$ npm start',
      '$ npm test',
      '| config ',
      'Verilator 5.006',
    ]) {
      expect(top).toContain(part);
    }
    expect(shownCommands(readme).map(({ command }) => command)).toContain('npm start');
  });

  it.each(shownCommands(readme))(
    'should show what $command prints',
    ({ command, lines }) => {
      expect(missingLines(lines, run(command))).toEqual([]);
    },
    600_000,
  );

  it('should have a row for each configuration that is made for LeNet-5', () => {
    const names = tableRows(readme).map(([name]) => name);
    expect(names).toEqual(configurationNames().filter((name) => /^(tiny|default|wide|sparse)$/.test(name)));
    expect(names).toHaveLength(4);
  });

  it.each(tableRows(readme))(
    'should give the figures of config %s',
    (...row) => {
      expect(tableRow(JSON.parse(run(`berus run lenet5 --config ${row[0]!} --json`)))).toEqual(row);
    },
    600_000,
  );
});

describe('the comparison', () => {
  const printed = 'one 1\ntwo 2\nthree 3\nsimulated  123,456  cycles a second\n';
  it.each([
    [['one 1', 'two 2'], []],
    [['...', 'three 3'], []],
    [['one 1', '...', 'simulated  9  cycles a second'], []],
    [['one 2'], ['one 2']],
    [['one 1', 'three 3'], ['three 3']],
    [['two 2', '...', 'one 1'], ['two 2']],
    [['...', 'three 3', '...', 'one 1'], ['one 1']],
  ])('should find what is not printed: %j', (shown, missing) => {
    expect(missingLines(shown, printed)).toEqual(missing);
  });

  it('should read the table that it writes', () => {
    const rows = [
      ['a', '4x4', '1.0'],
      ['b', '8x8', '2.0'],
    ];
    const text = '# T\n\n| config | cells | cycles |\n| --- | --- | --- |\n| old | 1 | 2 |\n\nrest\n';
    expect(tableRows(withTableRows(text, rows))).toEqual(rows);
    expect(withTableRows(text, rows).endsWith('|\n\nrest\n')).toBe(true);
  });
});
