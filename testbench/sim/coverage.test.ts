// SPDX-License-Identifier: Apache-2.0
// fixtures/coverage/pair.dat was written by Verilator 5.006: 40 cycles of two counters, one of 4 bits that counts up,
// one of 2 bits that counts down, enabled in two of three cycles.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  formatCoverage,
  mergeCoverage,
  parseCoverage,
  summarizeCoverage,
  toLcov,
  type CoveragePoint,
} from '../../sim/coverage/index.ts';
import { build } from '../../sim/index.ts';
import { fixture } from './support.ts';

const pair = readFileSync(fixture('coverage/pair.dat'), 'utf8');

/** Coverage data as Verilator writes it, from fields and counts. */
function dataOf(...points: readonly [fields: Readonly<Record<string, string | number>>, count: number][]): string {
  const lines = points.map(([fields, count]) => {
    const body = Object.entries(fields).map(([key, value]) => `\x01${key}\x02${value}`);
    return `C '${body.join('')}' ${count}\n`;
  });
  return `# SystemC::Coverage-3\n${lines.join('')}`;
}

function find(points: readonly CoveragePoint[], wanted: Partial<CoveragePoint>): CoveragePoint[] {
  return points.filter((point) => {
    return Object.entries(wanted).every(([key, value]) => point[key as keyof CoveragePoint] === value);
  });
}

describe('parseCoverage', () => {
  it('should read every point of a stored file', () => {
    const points = parseCoverage(pair);
    expect(points).toHaveLength(57);
    expect(points[0]).toEqual({
      kind: 'toggle',
      file: 'src/0/pair.v',
      line: 1,
      column: 23,
      name: 'clk',
      module: 'pair',
      hierarchy: 'TOP.pair',
      lines: [],
      count: 79,
    });
    expect(find(points, { kind: 'user', name: 'full_seen' })).toMatchObject([
      { module: 'counter', hierarchy: 'TOP.pair.a_u.full_seen', lines: [26], count: 1 },
      { module: 'counter__W2', hierarchy: 'TOP.pair.b_u.full_seen', lines: [26], count: 6 },
    ]);
    expect(find(points, { kind: 'line', line: 19, module: 'counter' })).toMatchObject([{ lines: [19, 20], count: 40 }]);
  });

  it('should read escaped names, lists of lines, and kinds of newer versions', () => {
    const [user, expression, odd] = parseCoverage(
      dataOf(
        [
          { f: 'a%25b %22%FFFFFFC3%FFFFFFA9.v', l: 3, n: 1, page: 'v_user/m', o: "it's", S: '3,5-7', h: 'TOP.m' },
          2 ** 40,
        ],
        [{ f: 'a.v', l: 4, n: 2, page: 'v_expr/m', o: '(a==1) => 1', h: 'TOP.m' }, 1],
        [{ f: 'a.v', l: 5, page: 'sp_user/main' }, 0],
      ),
    );
    expect(user).toMatchObject({ file: 'a%b "é.v', name: "it's", lines: [3, 5, 6, 7], count: 2 ** 40 });
    expect(expression).toMatchObject({ kind: 'expression', name: '(a==1) => 1' });
    expect(odd).toMatchObject({ kind: 'other', column: 0, hierarchy: '', module: 'main' });
  });

  it.each([
    ['', 'Expected coverage data to start with "# SystemC::Coverage-3", but received "".'],
    ['$date\n', 'Expected coverage data to start with "# SystemC::Coverage-3", but received "$date".'],
    [
      `${dataOf([{ f: 'a.v', l: 1 }, 1])}C '\x01f\x02a.v\x01l`,
      `Expected line 3 of coverage data to be a point, but received "C '\\u0001f\\u0002a.v\\u0001l".`,
    ],
    [
      dataOf([{ f: 'a.v', l: 'x' }, 1]),
      `Expected line 2 of coverage data to be a point, but received "C '\\u0001f\\u0002a.v\\u0001l\\u0002x' 1".`,
    ],
  ])('should name what is wrong with %j', (text, message) => {
    expect(() => parseCoverage(text)).toThrow(new SyntaxError(message));
  });
});

describe('mergeCoverage', () => {
  it('should add counts of the same point in the same instance', () => {
    const points = parseCoverage(pair);
    const merged = mergeCoverage([points, points, points]);
    expect(merged).toEqual(points.map((point) => ({ ...point, count: 3 * point.count })));
  });

  it('should keep points that only one run has', () => {
    const first = parseCoverage(dataOf([{ f: 'a.v', l: 1, n: 1, page: 'v_line/a', h: 'TOP.a' }, 5]));
    const second = parseCoverage(dataOf([{ f: 'a.v', l: 1, n: 1, page: 'v_line/a', h: 'TOP.b' }, 7]));
    expect(mergeCoverage([first, second]).map(({ count }) => count)).toEqual([5, 7]);
    expect(mergeCoverage([])).toEqual([]);
  });
});

describe('summarizeCoverage', () => {
  it('should count a place once, covered when any instance reached it', () => {
    const summaries = summarizeCoverage(parseCoverage(pair));
    expect(summaries).toEqual([
      { kind: 'line', covered: 6, total: 6 },
      { kind: 'branch', covered: 6, total: 6 },
      { kind: 'toggle', covered: 20, total: 21 },
      { kind: 'user', covered: 1, total: 2 },
    ]);
    expect(formatCoverage(summaries)).toBe(
      'line 6/6 (100 %), branch 6/6 (100 %), toggle 20/21 (95 %), user 1/2 (50 %)',
    );
  });
});

describe('toLcov', () => {
  it('should write lines, branches, bits and cover properties of a hand-worked case', () => {
    const shared = { f: 'src/0/m.v', h: 'TOP.m' };
    const text = dataOf(
      [{ ...shared, l: 2, n: 1, page: 'v_toggle/m', o: 'x[10]' }, 0],
      [{ ...shared, l: 2, n: 1, page: 'v_toggle/m', o: 'x[9]' }, 4],
      [{ ...shared, l: 5, n: 1, page: 'v_line/m', o: 'block', S: '5' }, 9],
      // if (…) begin / y <= 1; / end else / y <= 0;
      [{ ...shared, l: 6, n: 5, page: 'v_branch/m', o: 'if', S: '6-7' }, 9],
      [{ ...shared, l: 6, n: 6, page: 'v_branch/m', o: 'else', S: '9' }, 0],
      // The same statement in another instance with other parameters.
      [{ ...shared, l: 6, n: 6, page: 'v_branch/m__W2', o: 'else', S: '9', h: 'TOP.n' }, 3],
      [{ ...shared, l: 12, n: 1, page: 'v_user/m', o: 'never', S: '12' }, 0],
    );
    const points = parseCoverage(text).map((point) => ({ ...point, file: point.file.replace('src/0', '/rtl') }));
    expect(toLcov(points)).toBe(
      [
        'TN:',
        'SF:/rtl/m.v',
        'BRDA:2,1,0,4',
        'BRDA:2,1,1,0',
        'BRDA:6,0,0,9',
        'BRDA:6,0,1,3',
        'BRDA:12,2,0,0',
        'BRF:5',
        'BRH:3',
        'DA:2,4',
        'DA:5,9',
        'DA:6,9',
        'DA:7,9',
        'DA:9,3',
        'DA:12,0',
        'LF:6',
        'LH:5',
        'end_of_record',
        '',
      ].join('\n'),
    );
  });

  it('should find the lines that verilator_coverage --write-info finds, for each file', () => {
    const records = toLcov(parseCoverage(pair)).split('end_of_record\n');
    const lines = records.map((record) => [...record.matchAll(/^DA:(\d+),/gm)].map((match) => Number(match[1])));
    expect(lines).toEqual([[1, 2], [3, 4, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27], []]);
    expect(records.map((record) => /^SF:.*$/m.exec(record)?.[0])).toEqual([
      'SF:src/0/pair.v',
      'SF:src/1/counter.v',
      undefined,
    ]);
    // Two counters ran the block at line 12 in each of 40 cycles.
    expect(records[1]).toContain('\nDA:12,80\n');
    expect(records[1]).toContain('\nDA:27,0\n');
  });
});

describe('coverage of a simulation', () => {
  it('should have the counts that its cycles give', async () => {
    const source = fixture('leaky_fifo.v');
    const Fifo = await build({ top: 'leaky_fifo', sources: [source], params: { LEAKS: 0 }, coverage: true });
    using sim = Fifo.create();
    sim.reset();
    sim.batch({ push: Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 0, 0), pop: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 1, 1) });
    const points = sim.coverage();
    const branches = points.filter(({ kind }) => kind === 'branch').map(({ name, count }) => [name, count]);
    // Of 11 cycles 4 push, 3 pop and 2 reset.
    expect(branches.toSorted()).toEqual([
      ['else', 7],
      ['else', 8],
      ['else', 9],
      ['if', 2],
      ['if', 3],
      ['if', 4],
    ]);
    const line = readFileSync(source, 'utf8').split('\n').indexOf('    if (pushes)') + 1;
    const info = toLcov(points);
    expect(info).toContain(`SF:${source}\n`);
    expect(info).toContain(`\nBRDA:${line},0,0,4\nBRDA:${line},0,1,7\n`);
    expect(info).toContain(`\nDA:${line + 1},4\n`);
  });
});
