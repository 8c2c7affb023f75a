// SPDX-License-Identifier: Apache-2.0
// The quick start in docs/sim.md: its files are written as they stand there and run, and print what its comments say.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { root, textOf } from '../house/source-files.ts';

/** The code blocks of a section, by language. */
function blocksOf(markdown: string, heading: string): Readonly<Record<string, string>> {
  const section = markdown.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return Object.fromEntries(
    [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, name, text]) => [name, text]),
  );
}

const { verilog, ts } = blocksOf(textOf('docs/sim.md'), 'Quick start') as { verilog: string; ts: string };

it('should print what the quick start shows', async () => {
  // Not below node_modules: what lies there is not translated from TypeScript.
  mkdirSync(join(root, 'runs'), { recursive: true });
  const folder = mkdtempSync(join(root, 'runs', 'quick-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'counter.v'), verilog);
  writeFileSync(join(folder, 'counter.ts'), ts);
  const log = vi.spyOn(console, 'log').mockReturnValue();
  onTestFinished(() => log.mockRestore());

  await import(/* @vite-ignore */ join(folder, 'counter.ts'));

  const shown = [...ts.matchAll(/\/\/=> (.*)/g)].map(([, text]) => text);
  expect(shown).toHaveLength(2);
  expect(log.mock.calls.map((values) => values.join(' '))).toEqual(shown);
});

it('should be ten lines long', () => {
  expect(ts.trimEnd().split('\n')).toHaveLength(10);
});
