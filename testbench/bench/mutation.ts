// SPDX-License-Identifier: Apache-2.0
// How many small faults in the RTL the random cases notice. Each mutant of each
// file is built and run on the same cases; it is killed when a value, a counter
// or the end of the run is wrong, or when Verilator refuses it. Survivors are
// listed: each is a missing test or a change without effect.
//
// Options: --files a.v,b.v  --every N (every N-th mutant)  --json

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { BuildError } from '../../sim/index.ts';
import { createRtlDevice, rtlSources } from '../../src/device/index.ts';
import { cases } from '../support/arbitraries.ts';
import { closedForm } from '../support/closed-form.ts';
import { describeMismatch } from '../support/should-match.ts';
import { printFigures } from './support/figures.ts';
import { type Mutant, mutantsOf } from './support/mutants.ts';

const { values } = parseArgs({
  options: { files: { type: 'string' }, every: { type: 'string', default: '1' }, json: { type: 'boolean' } },
});

const configuration = {
  rows: 2,
  columns: 4,
  dataBits: 8,
  accBits: 16,
  activationDepth: 512,
  weightDepth: 1024,
  foldDepth: 32,
  programDepth: 128,
};
const limits = { bits: 8, maxImages: 5, maxMap: 300, maxTaps: 60, maxFilters: 7, maxLayers: 3 };
const CASES = 40;
const chosen = fc.sample(cases(limits), { numRuns: CASES, seed: 1 });
const holds = Uint8Array.from({ length: 300 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 30 === 0 ? 1 : 0));

/** Why a mutant is dead, or undefined when it lives. */
async function death(rtl: string): Promise<string | undefined> {
  for (const [index, example] of chosen.entries()) {
    const held = index % 3 === 0;
    try {
      using device = await createRtlDevice(example.network, {
        configuration,
        rtl,
        seed: index + 1,
        ...(held && { holds }),
      });
      const got = device.infer(example.images, example.count);
      const mismatch = describeMismatch(example.network, example, got);
      if (mismatch !== undefined) return mismatch;
      for (const [at, form] of closedForm(example, configuration).entries()) {
        const { cycles, events } = got.counters!.layers[at]!;
        if (cycles.setup + cycles.stream + cycles.drain + cycles.stall + cycles.flush !== cycles.total) return 'total';
        if (!held && cycles.total !== form.cycles.total) return 'cycles';
        for (const name of Object.keys(events) as (keyof typeof events)[]) {
          if (events[name] !== form.events[name]) return name;
        }
      }
    } catch (error) {
      return error instanceof BuildError ? `refused: ${error.message}` : (error as Error).message;
    }
  }
  return undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'berus-mutation-'));
process.env['BERUS_CACHE_DIR'] ??= join(folder, 'cache');
const rtl = join(folder, 'rtl');
const files = rtlSources().filter((path) => !values.files || values.files.split(',').includes(basename(path)));
const mutants = files
  .flatMap((path) => mutantsOf(readFileSync(path, 'utf8')).map((mutant): [string, Mutant] => [basename(path), mutant]))
  .filter((_, index) => index % Number(values.every) === 0);

let killed = 0;
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
  { name: 'killed by cases', value: killed, unit: 'mutants', against: `${CASES} random networks`, command },
  { name: 'survivors', value: survivors.length, unit: 'mutants', against: 'listed on standard error', command },
]);
