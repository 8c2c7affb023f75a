// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';

/** A progress with a clock that the test moves, and what it wrote. */
function watched(terminal: boolean) {
  const clock = { now: 0 };
  const written: string[] = [];
  const output = { out: () => undefined, err: (text: string) => void written.push(text), terminal };
  return { clock, written, progress: createProgress(output, () => clock.now) };
}

describe('progress', () => {
  it('should say nothing in the first two seconds', () => {
    const { clock, written, progress } = watched(false);
    clock.now = 1999;
    progress.update('1 of 3');
    progress.end();
    expect(written).toEqual([]);
  });

  it('should write a line every ten seconds where there is no terminal', () => {
    const { clock, written, progress } = watched(false);
    for (clock.now = 0; clock.now <= 30_000; clock.now += 1000) progress.update(`at ${clock.now}`);
    progress.end();
    expect(written).toEqual(['at 2000\n', 'at 12000\n', 'at 22000\n']);
  });

  it('should write over its line on a terminal, and clear it', () => {
    const { clock, written, progress } = watched(true);
    clock.now = 2000;
    progress.update('1 of 3');
    clock.now = 2100;
    progress.update('2 of 3');
    clock.now = 2200;
    progress.update('3 of 3');
    progress.end();
    progress.end();
    expect(written).toEqual(['\r\u001b[K1 of 3', '\r\u001b[K3 of 3', '\r\u001b[K']);
  });

  it('should show at once what takes long', () => {
    const { written, progress } = watched(false);
    progress.note('building');
    expect(written).toEqual(['building\n']);
  });
});
