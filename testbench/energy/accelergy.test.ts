// SPDX-License-Identifier: Apache-2.0
// What is written in Accelergy's forms, added up here without any of the code that made it, against the estimate.

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfiguration } from '../../src/compile/index.ts';
import { type AccelergyFile, accelergyFiles, estimateEnergy, publishedTables } from '../../src/energy/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { countedRun } from '../../src/report/index.ts';

interface Counts {
  readonly action_counts: {
    readonly version: number;
    readonly local: readonly {
      readonly name: string;
      readonly action_counts: readonly { readonly name: string; readonly counts: number }[];
    }[];
  };
}

interface Prices {
  readonly ERT: {
    readonly version: number;
    readonly tables: readonly {
      readonly name: string;
      readonly actions: readonly { readonly name: string; readonly arguments: null; readonly energy: number }[];
    }[];
  };
}

/** Products of counts and prices of components whose names begin so, as Accelergy's calculator adds them. */
function resummed({ action_counts: { local } }: Counts, { ERT }: Prices, prefix: string): number {
  let sum = 0;
  for (const component of local) {
    if (!component.name.startsWith(prefix)) continue;
    const table = ERT.tables.find(({ name }) => name === component.name)!;
    for (const { name, counts } of component.action_counts) {
      const found = table.actions.filter((action) => action.name === name);
      expect(found).toHaveLength(1);
      sum += counts * found[0]!.energy;
    }
  }
  return sum;
}

function text(files: readonly AccelergyFile[], name: string): string {
  return files.find((file) => file.name === name)!.text;
}

describe.each(['output', 'weight'] as const)("lenet5's files in Accelergy's forms, with %s kept", (schedule) => {
  const configuration = { ...loadConfiguration('default'), partialDepth: 1024, weightDepth: 8192 };
  const images = 40;
  const question = {
    network: readQuantized(shippedWeights('lenet5')),
    configName: '-',
    configuration,
    images,
    schedule,
  };
  const run = countedRun(question);
  const files = accelergyFiles(run);
  const counts = parse(text(files, 'action_counts.yaml')) as Counts;

  it.each(publishedTables.arithmetic.map((table) => [table.id, table] as const))(
    'should add up to the estimate with %s',
    (id, arithmetic) => {
      const name = `ERT.${id.toLowerCase().replace(/[ ,]+/g, '-')}.yaml`;
      const prices = parse(text(files, name)) as Prices;
      const { memories, offChip } = publishedTables;
      const tables = {
        ...publishedTables,
        arithmetic: [arithmetic],
        memories: [memories[0]!],
        offChip: [offChip[0]!],
      };
      const estimate = estimateEnergy(run, tables);
      const nanojoules = (prefix: string): number => (resummed(counts, prices, prefix) * 1e-3) / images;
      const adder = nanojoules('adder_array.');
      expect(adder / estimate.perImage.total.typical).toBeCloseTo(1, 12);
      const twin = nanojoules('multiplier_array.');
      expect(twin / estimate.twin.perImage.total.typical).toBeCloseTo(1, 12);
      expect(twin).toBeGreaterThan(adder);
    },
  );

  it('should be of the version that Accelergy reads, and say where prices come from', () => {
    expect(counts.action_counts.version).toBe(0.3);
    expect(files).toHaveLength(1 + publishedTables.arithmetic.length);
    for (const { name, text: content } of files.slice(1)) {
      expect((parse(content) as Prices).ERT.version).toBe(0.3);
      expect(content, name).toMatch(/^# compute: .* \(.*20\d\d/m);
    }
  });
});
