// SPDX-License-Identifier: Apache-2.0
// Every source file says its licence once, at its top.

import { describe, expect, it } from 'vitest';
import { sourceFiles, textOf } from './source-files.ts';

const CODE = /\.(ts|mts|mjs|js|v|vh|sv|cpp|cc|hpp|h|c|sh|py)$/;
/** Written from Verilog beside it. */
const GENERATED = /\.d\.s?v\.ts$/;
const LINE = /^(\/\/|#) SPDX-License-Identifier: Apache-2\.0$/;

/** What is wrong with a file's licence line; undefined where nothing is. */
export function licenceFault(text: string): string | undefined {
  const lines = text.split('\n');
  const top = lines[0]?.startsWith('#!') ? 1 : 0;
  if (!LINE.test(lines[top] ?? '')) return 'its first line is not the SPDX line';
  return lines.filter((line) => LINE.test(line)).length === 1 ? undefined : 'it has more than one SPDX line';
}

describe('licence lines', () => {
  it('should be at the top of every source file, once', () => {
    const files = sourceFiles().filter((path) => (CODE.test(path) && !GENERATED.test(path)) || path === '.ci/run');
    const faults = files.flatMap((path) => {
      const fault = licenceFault(textOf(path));
      return fault ? [`${path}: ${fault}`] : [];
    });
    expect(files.length).toBeGreaterThan(50);
    expect(faults).toEqual([]);
  });

  it.each([
    ['none', '// Computes.\n', 'its first line is not the SPDX line'],
    ['another licence', '// SPDX-License-Identifier: MIT\n', 'its first line is not the SPDX line'],
    ['two', '// SPDX-License-Identifier: Apache-2.0\n'.repeat(2), 'it has more than one SPDX line'],
    ['one', '// SPDX-License-Identifier: Apache-2.0\n', undefined],
    ['one behind #!', '#!/usr/bin/env node\n// SPDX-License-Identifier: Apache-2.0\n', undefined],
  ])('should be seen as they are: %s', (_, text, fault) => {
    expect(licenceFault(text)).toBe(fault);
  });
});

it('should name the same licence in LICENSE, package.json and the lock file', () => {
  expect(textOf('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004/);
  expect(JSON.parse(textOf('package.json'))).toMatchObject({ license: 'Apache-2.0' });
});

it('should keep download addresses out of the lock file', () => {
  expect(textOf('package-lock.json')).not.toContain('"resolved"');
});
