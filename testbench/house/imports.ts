// SPDX-License-Identifier: Apache-2.0
// Which part of the project may import which. A part is a folder; an import that is not listed is a fault.

import { dirname, join } from 'node:path/posix';

/** What each part may import, bottom to top: a part imports only what stands above it in this list. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'sim/addon': [],
  sim: ['sim/addon'],
  'src/network': [],
  'src/data': ['src/network'],
  'src/import': ['src/network'],
  'src/reference': ['src/network'],
  'src/compile': ['src/network'],
  'src/kernel': ['sim/addon', 'src/network'],
  'src/quantize': ['src/network', 'src/data', 'src/kernel'],
  'src/cycles': ['src/network', 'src/compile'],
  fpga: ['sim/addon', 'src/network', 'src/compile'],
  'src/energy': ['sim/addon', 'src/network', 'src/compile', 'src/cycles'],
  'src/train': ['src/network', 'src/data', 'src/kernel', 'src/quantize'],
  'src/evaluate': ['src/network', 'src/data', 'src/reference', 'src/kernel', 'src/quantize'],
  'src/device': ['sim', 'src/network', 'src/reference', 'src/compile', 'src/kernel', 'src/cycles', 'fpga'],
  'src/report': ['src/network', 'src/compile', 'src/cycles', 'fpga', 'src/energy', 'src/device'],
  'src/cli': [
    // For the commands of `berus sim` alone, which are the simulator's own.
    'sim',
    'src/network',
    'src/data',
    'src/import',
    'src/reference',
    'src/compile',
    'src/quantize',
    'src/evaluate',
    'src/cycles',
    'fpga',
    'src/energy',
    'src/train',
    'src/device',
    'src/report',
  ],
};

/** Parts whose index.ts re-exports others; nothing imports them. */
const ENTRY = 'src/index.ts';

/** Parts from which only types may be imported by a part. */
const TYPES_ONLY: readonly (readonly [from: string, to: string])[] = [['src/reference', 'src/network']];

/** One import or re-export of a file. */
export interface Import {
  readonly target: string;
  readonly typesOnly: boolean;
}

const STATEMENT =
  /\b(import|export)\s+(type\s+)?([^'"`;]*?\bfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Imports written in a text, comments aside. */
export function importsOf(text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(STATEMENT)].map(([, , type, names = '', target, dynamic]) => ({
    target: target ?? dynamic!,
    typesOnly: type !== undefined || (/\{/.test(names) && namesAreTypes(names)),
  }));
}

function namesAreTypes(names: string): boolean {
  const list = /\{([^}]*)\}/.exec(names)?.[1] ?? '';
  const single = list.split(',').filter((name) => name.trim() !== '');
  return single.every((name) => /^\s*type\s/.test(name)) && /^\s*\{/.test(names);
}

/** The part that a file belongs to; undefined for the entry file and for files outside every part. */
export function partOf(path: string): string | undefined {
  if (path.startsWith('sim/addon/')) return 'sim/addon';
  if (path.startsWith('sim/')) return 'sim';
  if (path.startsWith('fpga/')) return 'fpga';
  return /^src\/[^/]+(?=\/)/.exec(path)?.[0];
}

/** What is wrong with the imports of a file. */
export function importFaults(path: string, text: string): string[] {
  const from = partOf(path);
  if (path === ENTRY) return [];
  if (from === undefined) return [`${path}: belongs to no part`];
  const allowed = ALLOWED[from];
  if (!allowed) return [`${path}: ${from} is not a part that the list knows`];
  return importsOf(text).flatMap(({ target, typesOnly }) => {
    if (!target.startsWith('.')) return [];
    const file = join(dirname(path), target);
    const to = partOf(file);
    if (to === from) return [];
    if (to === undefined || !allowed.includes(to)) return [`${path}: ${from} may not import ${file}`];
    const onlyTypes = TYPES_ONLY.some(([left, right]) => left === from && right === to);
    return onlyTypes && !typesOnly ? [`${path}: ${from} may import only types from ${file}`] : [];
  });
}
