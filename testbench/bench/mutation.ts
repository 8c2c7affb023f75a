// SPDX-License-Identifier: Apache-2.0
// How many small faults in the core's RTL its tests notice. Each mutant of each file is built and run on the same random
// cases; it is killed when a value, a counter or the end of the run is wrong, or when Verilator refuses it. What is left
// is given to the unit tests: hand-worked layers, resets, loads, faults and segments. Survivors are listed: each is a
// missing test or a change without effect. The modules around the core have tests of their own, in testbench/bus.
//
// Options: --files a.v,b.v  --every N (every N-th mutant)  --from N (the first of them)  --json

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { spawnSync } from 'node:child_process';
import { BuildError } from '../../sim/index.ts';
import { rtlSources } from '../../src/device/index.ts';
import { packageRoot } from '../../src/network/index.ts';
import { chooseCases, FAULTY_CORE, FAULTY_MINIMA, findFault } from '../support/fault-finder.ts';
import { printFigures } from './support/figures.ts';
import { type Mutant, mutantsOf } from './support/mutants.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string' },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    json: { type: 'boolean' },
  },
});

const CASES = 40;
/** A core of each kind of cells, and what it runs. */
const CORES = [FAULTY_CORE, FAULTY_MINIMA].map((configuration) => ({
  configuration,
  chosen: chooseCases(CASES, configuration),
}));

const UNIT_TESTS = ['core', 'lanes', 'nest', 'stationary', 'tile-walker', 'tap-scanner', 'adder-row'].map(
  (name) => `testbench/unit/${name}`,
);

/** Modules that a module consists of, itself first. */
function modulesUnder(top: string): Set<string> {
  const texts = new Map(rtlSources().map((path) => [basename(path, '.v'), readFileSync(path, 'utf8')]));
  const found = new Set([top]);
  for (const module of found) {
    for (const [, name] of texts.get(module)!.matchAll(/^\s*(\w+) (?:#\(|\w+ \()/gm))
      if (texts.has(name!)) found.add(name!);
  }
  return found;
}

/** What the unit tests say of a mutant, or undefined when they notice nothing. */
function unitDeath(rtl: string): string | undefined {
  const vitest = join(packageRoot(), 'node_modules', 'vitest', 'vitest.mjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--bail', '1', '--testTimeout', '300000', '--hookTimeout', '300000', ...UNIT_TESTS],
    {
      cwd: packageRoot(),
      env: { ...process.env, BERUS_RTL: rtl, NO_COLOR: '1' },
      encoding: 'utf8',
    },
  );
  return status === 0 ? undefined : `unit: ${/FAIL +(.*)/.exec(stdout + stderr)?.[1] ?? 'no summary'}`;
}

/** Why a mutant is dead, or undefined when it lives. */
async function death(rtl: string): Promise<string | undefined> {
  try {
    for (const { configuration, chosen } of CORES) {
      const fault = await findFault(rtl, chosen, configuration);
      if (fault !== undefined) return fault;
    }
  } catch (error) {
    return error instanceof BuildError ? `refused: ${error.message}` : (error as Error).message;
  }
  return unitDeath(rtl);
}

const folder = mkdtempSync(join(tmpdir(), 'berus-mutation-'));
process.env['BERUS_CACHE_DIR'] ??= join(folder, 'cache');
const rtl = join(folder, 'rtl');
const modules = modulesUnder('adder_core');
const files = rtlSources().filter(
  (path) => modules.has(basename(path, '.v')) && (!values.files || values.files.split(',').includes(basename(path))),
);
const mutants = files
  .flatMap((path) => mutantsOf(readFileSync(path, 'utf8')).map((mutant): [string, Mutant] => [basename(path), mutant]))
  .filter((_, index) => index % Number(values.every) === Number(values.from));

let killed = 0;
let killedByUnit = 0;
let refused = 0;
const survivors: string[] = [];
try {
  mkdirSync(rtl);
  for (const path of rtlSources()) cpSync(path, join(rtl, basename(path)));
  const sound = await death(rtl);
  if (sound !== undefined) throw new Error(`Expected the RTL as it is to pass, but received ${sound}.`);
  for (const [index, [name, { line, from, to, text }]] of mutants.entries()) {
    const path = join(rtl, name);
    const original = readFileSync(path, 'utf8');
    writeFileSync(path, text);
    const why = await death(rtl);
    writeFileSync(path, original);
    if (why === undefined) survivors.push(`${name}:${line}: ${from}  =>  ${to}`);
    else if (why.startsWith('refused: ')) refused++;
    else if (why.startsWith('unit: ')) killedByUnit++;
    else killed++;
    process.stderr.write(`${index + 1} of ${mutants.length}: ${name}:${line} ${why ?? 'SURVIVES'}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

for (const survivor of survivors) process.stderr.write(`survivor ${survivor}\n`);
const command = 'npm run bench -- mutation';
printFigures([
  { name: 'mutants', value: mutants.length, unit: 'mutants', against: `${files.length} files`, command },
  { name: 'refused by the linter', value: refused, unit: 'mutants', against: 'all mutants', command },
  {
    name: 'killed by cases',
    value: killed,
    unit: 'mutants',
    against: `${CASES} random networks on each kind of cells`,
    command,
  },
  { name: 'killed by unit tests', value: killedByUnit, unit: 'mutants', against: 'those left', command },
  { name: 'survivors', value: survivors.length, unit: 'mutants', against: 'listed on standard error', command },
]);
