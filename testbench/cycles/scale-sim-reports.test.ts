// SPDX-License-Identifier: Apache-2.0
// The report files against golden ones of SCALE-Sim's repository (test/general, where a buffer's prefetch stalls
// its counts are shifted by those stalls), and against its demand matrices, built here one entry at a time.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dataflow, dataflows, type ScaleSimLayer, scaleSimReports } from '../../src/cycles/index.ts';
import { scaleSimAccess } from '../../src/cycles/scale-sim-access.ts';

/** Lines of a report as cells by the header's names. */
function table(text: string): Record<string, string>[] {
  const [header, ...lines] = text.trimEnd().split('\n');
  const names = header!.split(', ').map((name) => name.replace(/,$/, ''));
  return lines.map((line) => {
    const cells = line.replace(/,$/, '').split(', ');
    expect(cells).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, index) => [name, cells[index]!]));
  });
}

function layerOf(fields: Partial<ScaleSimLayer>): ScaleSimLayer {
  return {
    name: 'layer',
    height: 1,
    width: 1,
    filterHeight: 1,
    filterWidth: 1,
    channels: 1,
    filters: 1,
    strideHeight: 1,
    strideWidth: 1,
    copies: 1,
    ...fields,
  };
}

const product = layerOf({ height: 256, width: 256, filterWidth: 256, filters: 128 });
const array = { rows: 32, columns: 32 };

describe('reports of SCALE-Sim', () => {
  const convolution = layerOf({
    height: 224,
    width: 224,
    filterHeight: 11,
    filterWidth: 11,
    channels: 3,
    filters: 96,
    strideHeight: 4,
    strideWidth: 4,
  });

  it('should be its golden ones of a convolution, but for what DRAM decides', () => {
    const [compute, bandwidth, detailed] = scaleSimReports([convolution], array, 'ws');
    expect(compute!.name).toBe('COMPUTE_REPORT.csv');
    expect(compute!.text.split('\n')[0]).toBe(
      'LayerID, Total Cycles (incl. prefetch), Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %,',
    );
    // Its 90.78000992063485 is a sum of rounded folds; this is the mean itself.
    expect(compute!.text.split('\n')[1]).toBe('0, , 112283, 0, 91.68309650614964, 94.53125, 90.78000992063492,');
    expect(bandwidth!.text.split('\n')[1]).toBe(
      '0, 29.338590881967885, 0.31035864734643714, 31.035864734643713, , , ,',
    );
    expect(detailed!.text.split('\n')[1]).toMatch(
      /^0, 33\.0, 112176\.0, 3294225, 1\.0, 109197\.0, 34848, 63\.0, 112283\.0, 3484800, (, ){8},$/,
    );
  });

  it.each([
    ['os', 42_272, '80.50314465408806', [1, 52_417, 262_144, 1, 52_417, 262_144, 255, 52_447, 34_816]],
    ['ws', 41_248, '67.19160104986877', [33, 52_417, 262_144, 1, 52_130, 32_768, 63, 52_447, 262_144]],
    ['is', 5777, '50.59288537549407', [1, 19_795, 65_536, 33, 19_954, 262_144, 63, 19_984, 262_144]],
  ] as const)(
    'should be its golden ones of a product, %s, less the stalls',
    (dataflow, stalls, utilization, golden) => {
      const [compute, , detailed] = scaleSimReports([product], array, dataflow);
      const [line] = table(compute!.text);
      expect(Number(line!['Total Cycles'])).toBe(golden[7] - stalls);
      expect(line).toMatchObject({ 'Mapping Efficiency %': '100.0', 'Compute Util %': utilization });
      const uses = Object.values(table(detailed!.text)[0]!).slice(1, 10).map(Number);
      expect(uses).toEqual(golden.map((value, index) => (index % 3 === 1 ? value - stalls : value)));
    },
  );

  it('should have a line for each channel of a depthwise layer', () => {
    const files = scaleSimReports([product, { ...product, copies: 3 }], array, 'os');
    for (const { text } of files) expect(table(text).map((line) => line['LayerID'])).toEqual(['0', '1', '2', '3']);
  });

  it('should leave a utilization empty that would divide by the 0 cycles it prints', () => {
    const [compute] = scaleSimReports([layerOf({})], { rows: 1, columns: 1 }, 'os');
    expect(compute!.text.split('\n')[1]).toBe('0, , 0, 0, , 100.0, 100.0,');
  });

  it('should be refused when they would be too long', () => {
    expect(() => scaleSimReports([{ ...product, copies: 100_001 }], array, 'os')).toThrow(
      'Expected reports of at most 100000 lines, but received 100001 layers and channels.',
    );
  });
});

/** Demands of one buffer: the cycles in which it is asked for something, as SCALE-Sim's matrices hold them. */
function demands(layer: ScaleSimLayer, { rows, columns }: typeof array, dataflow: Dataflow) {
  const across = Math.ceil((layer.width - layer.filterWidth) / layer.strideWidth) + 1;
  const down = Math.ceil((layer.height - layer.filterHeight) / layer.strideHeight) + 1;
  const [m, n, k] = [across * down, layer.filters, layer.filterHeight * layer.filterWidth * layer.channels];
  const onMap = (pixel: number, tap: number): boolean =>
    Math.floor(pixel / across) * layer.strideHeight + Math.floor(tap / layer.channels / layer.filterWidth) <
      layer.height &&
    (pixel % across) * layer.strideWidth + (Math.floor(tap / layer.channels) % layer.filterWidth) < layer.width;
  const sr = dataflow === 'os' ? m : k;
  const sc = dataflow === 'is' ? m : n;
  const time = dataflow === 'os' ? k : dataflow === 'ws' ? m : n;
  const length = time + rows + columns - 2 + (dataflow === 'os' ? 0 : rows);
  const cycles = { ifmap: [] as number[], filter: [] as number[], ofmap: [] as number[] };
  const counts = { ifmap: 0, filter: 0, ofmap: 0 };
  const add = (buffer: keyof typeof cycles, cycle: number, there = true): void => {
    counts[buffer]++;
    if (there) cycles[buffer].push(cycle);
  };
  let base = 0;
  for (let c0 = 0; c0 < sc; c0 += columns) {
    for (let r0 = 0; r0 < sr; r0 += rows, base += length) {
      const usedRows = Math.min(rows, sr - r0);
      const usedColumns = Math.min(columns, sc - c0);
      for (let t = 0; t < time; t++) {
        for (let r = 0; r < usedRows; r++) {
          if (dataflow === 'os') add('ifmap', base + t + r, onMap(r0 + r, t));
          if (dataflow === 'ws') add('ifmap', base + rows + t + r, onMap(t, r0 + r));
          if (dataflow === 'is') add('filter', base + rows + t + r);
        }
        for (let c = 0; c < usedColumns; c++) {
          if (dataflow === 'os') add('filter', base + t + c);
          else add('ofmap', base + 2 * rows - 1 + t + c);
        }
      }
      for (let r = 0; r < usedRows; r++) {
        for (let c = 0; c < usedColumns; c++) {
          if (dataflow === 'os') add('ofmap', base + time - 1 + rows - 1 - r + c);
          if (dataflow === 'ws') add('filter', base + rows - 1 - r);
          if (dataflow === 'is') add('ifmap', base + rows - 1 - r, onMap(c0 + c, r0 + r));
        }
      }
      if (dataflow === 'os') counts.ofmap += rows + columns;
    }
  }
  return { cycles, counts };
}

describe('buffer uses', () => {
  const size = fc.integer({ min: 1, max: 5 });
  const layers = fc
    .record({
      filterHeight: size,
      filterWidth: size,
      extraHeight: fc.nat(6),
      extraWidth: fc.nat(6),
      channels: fc.integer({ min: 1, max: 3 }),
      filters: fc.integer({ min: 1, max: 9 }),
      strideHeight: size,
      strideWidth: size,
    })
    .map(({ extraHeight, extraWidth, ...rest }) =>
      layerOf({ ...rest, height: rest.filterHeight + extraHeight, width: rest.filterWidth + extraWidth }),
    );

  it('should be those of the demand matrices', () => {
    fc.assert(
      fc.property(
        layers,
        fc.record({ rows: size, columns: size }),
        fc.constantFrom(...dataflows),
        (layer, shape, dataflow) => {
          const { cycles, counts } = demands(layer, shape, dataflow);
          const uses = scaleSimAccess(layer, shape, dataflow);
          for (const buffer of ['ifmap', 'filter', 'ofmap'] as const) {
            const hit = buffer === 'ofmap' ? 0 : 1;
            expect([buffer, uses[buffer]]).toEqual([
              buffer,
              {
                start: Math.min(...cycles[buffer]) + hit,
                stop: Math.max(...cycles[buffer]) + hit,
                count: counts[buffer],
              },
            ]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
