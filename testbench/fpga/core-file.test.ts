// SPDX-License-Identifier: Apache-2.0
// rtl/berus.core, by which FuseSoC takes the RTL: it lists each file once, and the top's parameters as they are.

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sourceFiles, textOf } from '../house/source-files.ts';

interface CoreFile {
  readonly name: string;
  readonly filesets: { readonly rtl: { readonly files: readonly string[]; readonly file_type: string } };
  readonly targets: Readonly<Record<string, { readonly toplevel: string; readonly parameters: readonly string[] }>>;
  readonly parameters: Readonly<Record<string, { readonly default: number; readonly paramtype: string }>>;
}

const text = textOf('rtl/berus.core');
const core = parse(text.replace(/^CAPI=2:\n/, ''), { merge: true }) as CoreFile;

describe('rtl/berus.core', () => {
  it('should be of the form that FuseSoC reads, and of the version of the package', () => {
    expect(text.startsWith('CAPI=2:\n')).toBe(true);
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    expect(core.name).toBe(`berus:accelerator:adder_top:${version}`);
  });

  it('should list each file of the RTL', () => {
    const files = sourceFiles().filter((path) => /^rtl\/.*\.v$/.test(path));
    expect(core.filesets.rtl.files.map((name) => `rtl/${name}`)).toEqual(files);
    expect(core.filesets.rtl.file_type).toBe('verilogSource-2005');
  });

  it('should have the parameters of the top, with their defaults', () => {
    const header = /^module adder_top #\(([\s\S]*?)^\) \(/m.exec(textOf('rtl/adder_top.v'))![1]!;
    const own = [...header.matchAll(/^\s*parameter (\w+)\s*=\s*(\d+)/gm)].map(([, name, value]) => [
      name!,
      Number(value),
    ]);
    expect(own.length).toBeGreaterThan(10);
    expect(Object.entries(core.parameters).map(([name, one]) => [name, one.default])).toEqual(own);
    expect(Object.values(core.parameters).every(({ paramtype }) => paramtype === 'vlogparam')).toBe(true);
    for (const target of ['default', 'lint']) {
      expect(core.targets[target]!.toplevel, target).toBe('adder_top');
      expect(core.targets[target]!.parameters, target).toEqual(own.map(([name]) => name));
    }
  });
});
