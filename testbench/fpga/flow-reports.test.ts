// SPDX-License-Identifier: Apache-2.0
// What the flow reads out of the tools' files and messages, on short ones written here.

import { describe, expect, it } from 'vitest';
import { criticalPath, type ReportedStep } from '../../fpga/flow/critical-path.ts';
import { floorplan } from '../../fpga/flow/floorplan.ts';
import { groupOf, moduleGroups } from '../../fpga/flow/module-groups.ts';
import { countResources, netlistCells } from '../../fpga/flow/netlist.ts';
import { pinLightTop } from '../../fpga/flow/pin-light.ts';
import { checkPins } from '../../fpga/flow/pins.ts';
import { placedCells, placerStage, readReport } from '../../fpga/flow/place.ts';
import { misfit, pinFault } from '../../fpga/flow/refusals.ts';
import { NO_RESOURCES } from '../../fpga/flow/resources.ts';
import { instancePath, placedPath, rtlName } from '../../fpga/flow/rtl-names.ts';
import type { Design } from '../../fpga/flow/design.ts';
import type { Synthesis } from '../../fpga/flow/synthesize.ts';
import { yosysStage } from '../../fpga/flow/synthesize.ts';
import { spread } from '../../fpga/flow/spread.ts';
import { printedUtilization } from '../../fpga/flow/utilization.ts';

const step = (type: string, delay: number, from: string, to: string, net?: string): ReportedStep => ({
  type,
  delay,
  from: { cell: from, port: 'O' },
  to: { cell: to, port: 'I0' },
  ...(net !== undefined && { net }),
});

describe('names', () => {
  it.each([
    ['core_u.array_u.gen_row[1].row_u.acc_SB_LUT4_O_3', 'core_u.array_u.gen_row[1].row_u.acc', 'core_u.array_u.row_u'],
    ['in_q_SB_LUT4_I1_3_I2_SB_LUT4_O_7_LC', 'in_q', ''],
    ['array_u.gen_below.w_q_SB_DFF_Q_17_DFFLC', 'array_u.gen_below.w_q', 'array_u'],
    ['array_u.row_u.acc[17]', 'array_u.row_u.acc[17]', 'array_u.row_u'],
    ['core_u.weights_u.mem.0.0_RAM', 'core_u.weights_u.mem.0.0', 'core_u.weights_u'],
    ['array_u.left_LC', 'array_u.left', 'array_u'],
    ['$nextpnr_ICESTORM_LC_3', '', ''],
    ['$gbuf_array_u.rst_$glb_sr', '', 'array_u'],
  ])('of %s should be %s in %s', (name, signal, path) => {
    expect([rtlName(name), instancePath(name)]).toEqual([signal, path]);
  });

  it('should be of the signal that a cell drives where the RTL has it', () => {
    expect(placedPath({ name: 'in_q_SB_LUT4_I1_LC', net: 'array_u.row_u.acc[3]' })).toBe('array_u.row_u');
    expect(placedPath({ name: 'array_u.a_SB_LUT4_O_LC', net: 'in_q_SB_LUT4_I1_O' })).toBe('array_u');
  });
});

describe('the critical path', () => {
  const path = [
    step('clk-to-q', 0.5, 'a_LC', 'a_LC'),
    step('routing', 1.25, 'a_LC', 'b_LC', 'u.a[3]'),
    step('logic', 0.25, 'b_LC', 'b_LC'),
    step('routing', 0.5, 'b_LC', 'c_LC', 'u.b_SB_LUT4_O[1]'),
    step('setup', 0.5, 'c_LC', 'c_LC'),
  ];

  it('should be by names of the RTL, and in parts that add up', () => {
    const paths = [
      { from: 'posedge clk', to: 'posedge clk', path },
      { from: '<async>', to: '<async>', path: [step('routing', 99, 'x', 'y', 'x')] },
    ];
    expect(criticalPath(paths, new Map([['c_LC', 'u.c[7]']]))).toEqual({
      from: 'u.a[3]',
      to: 'u.c[7]',
      through: ['u.b'],
      nanoseconds: 3,
      logic: 1.25,
      routing: 1.75,
    });
  });

  it('should be the slower of two clocks', () => {
    const slow = { from: 'posedge b', to: 'posedge b', path: [...path, step('routing', 9, 'a', 'b', 'z')] };
    expect(criticalPath([{ from: 'posedge a', to: 'posedge a', path }, slow])!.nanoseconds).toBe(12);
  });

  it('should be missing where nothing is clocked', () => {
    expect(criticalPath([{ from: '<async>', to: 'posedge clk', path }])).toBeUndefined();
  });
});

describe('the report of a placement', () => {
  const report = (achieved: number): string =>
    JSON.stringify({
      fmax: { clk: { achieved, constraint: 50 }, slow: { achieved: 120, constraint: 12 } },
      utilization: { ICESTORM_LC: { used: 10, available: 100 } },
      critical_paths: [],
    });

  it('should say whether every clock is reached', () => {
    expect(readReport(report(50), [])).toMatchObject({ fmaxMHz: 50, timingMet: true });
    expect(readReport(report(49.9), [])).toMatchObject({ fmaxMHz: 49.9, timingMet: false });
  });

  it('should give places and the nets that cells drive', () => {
    const cell = (bel: string | undefined, output: number): object => ({
      type: 'ICESTORM_LC',
      attributes: bel === undefined ? {} : { NEXTPNR_BEL: bel },
      connections: { O: [output] },
    });
    const text = JSON.stringify({
      modules: {
        top: {
          cells: { a_LC: cell('X1/Y2/lc3', 5), b_LC: cell(undefined, 6) },
          netnames: { 'u.a': { bits: [5] } },
        },
      },
    });
    expect(placedCells(text)).toEqual([{ name: 'a_LC', type: 'ICESTORM_LC', bel: 'X1/Y2/lc3', net: 'u.a' }]);
  });

  it('should give lowest, middle and highest', () => {
    expect(spread([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
    expect(spread([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
    expect(spread([7])).toEqual({ min: 7, median: 7, max: 7 });
    expect(spread([])).toBeUndefined();
  });
});

describe('stages', () => {
  it.each([
    ['2.31.4. Executing ABC pass (technology mapping using ABC).', 'ABC pass'],
    ['12. Executing SYNTH_ICE40 pass.', 'SYNTH_ICE40 pass'],
    ['ABC: + strash', undefined],
  ])('of Yosys should be read: %s', (line, what) => expect(yosysStage(line)).toBe(what));

  it.each([
    ['Info: Packing carries..', 'packing'],
    ['Info: Creating initial analytic placement for 308 cells', 'placing'],
    ['Info: Routing..', 'routing'],
    ['Info: promoting clk', undefined],
  ])('of nextpnr should be read: %s', (line, what) => expect(placerStage(line)).toBe(what));
});

const design: Design = {
  title: 'the array',
  top: 'top',
  sources: [],
  parameters: {},
  sizes: { ROWS: 4, COLUMNS: 4, WEIGHT_DEPTH: 4096 },
  family: 'ice40',
  device: 'hx1k',
  package: 'vq100',
  synthesis: [],
  clockMHz: 50,
};

/** A netlist of 16 cells of 50 LUTs, with 400 beside them, and 20 memories of weights. */
const cells = [
  ...Array.from({ length: 800 }, (_, i) => ({ name: `array_u.row_u.a_SB_LUT4_O_${i}`, type: 'SB_LUT4' })),
  ...Array.from({ length: 400 }, (_, i) => ({ name: `b_SB_LUT4_O_${i}`, type: 'SB_LUT4' })),
  ...Array.from({ length: 20 }, (_, i) => ({ name: `core_u.weights_u.mem.0.${i}_RAM`, type: 'SB_RAM40_4K' })),
];
const synthesis: Synthesis = {
  design,
  json: '',
  cells,
  resources: countResources('ice40', cells),
};

const utilization = (logic: number, rams: number): string =>
  `Info: Device utilisation:\nInfo: \t         ICESTORM_LC: ${logic}/ 1280     9%\nInfo: \t        ICESTORM_RAM:    ${rams}/   16   99%\n`;

describe('a design that does not fit', () => {
  it('should be told with what there is too little of, by how much, and what would fit', () => {
    // Two thirds of 1,600 are the array's, 66.7 a cell. Of 1,280, 1,248 can be filled; less 533 is room for ten cells.
    expect(misfit(utilization(1600, 0), synthesis)?.message).toBe(
      'Expected the array to fit hx1k, but received 1,600 of 1,280 logic cells (320 too many); ' +
        'by estimate the largest array that fits is 3x3 cells.',
    );
    expect(misfit(`${utilization(1600, 16)}ERROR: Unable to place cell 'a'\n`, synthesis)?.over).toEqual({
      ICESTORM_LC: { used: 1600, available: 1280 },
    });
    expect(misfit(utilization(900, 20), synthesis)?.message).toBe(
      'Expected the array to fit hx1k, but received 20 of 16 block RAMs (4 too many); ' +
        'by estimate buffers fit with WEIGHT_DEPTH 3276 in place of 4096.',
    );
  });

  it('should be told how much of its largest buffer fits beside the others', () => {
    const activations = Array.from({ length: 4 }, (_, i) => ({
      name: `core_u.activations_u.mem.0.${i}_RAM`,
      type: 'SB_RAM40_4K',
    }));
    const more = { ...synthesis, cells: [...cells, ...activations] };
    // 8 of 24 are too many; weights, which have 20 of them, keep 12.
    expect(misfit(utilization(900, 24), more)?.message).toContain(
      'buffers fit with WEIGHT_DEPTH 2457 in place of 4096.',
    );
    // 20 too many are all that weights have: no depth of theirs is enough.
    expect(misfit(utilization(900, 36), more)?.message).toMatch(/\(20 too many\)\.$/);
  });

  it('should not be told that no array fits where the rest is too large: it is smaller beside a smaller array', () => {
    // Of 4,000 the array has 2,667: even without it, what is beside it is over 1,248.
    expect(misfit(utilization(4000, 0), synthesis)?.message).toMatch(
      /; by estimate fewer cells free too little, unless the rest shrinks with them\.$/,
    );
  });

  it('should be told where the placer gives up with all but all in use', () => {
    const output = `${utilization(1270, 0)}ERROR: Unable to find legal placement for cell 'a'\n`;
    expect(misfit(output, synthesis)?.message).toMatch(
      /1,270 of 1,280 logic cells \(too close to all for the placer\); by estimate/,
    );
  });

  it('should not be seen where all fits', () => {
    expect(misfit(`${utilization(900, 3)}ERROR: something else\n`, synthesis)).toBeUndefined();
    expect(printedUtilization('nothing')).toEqual({});
  });
});

describe('pins', () => {
  const json = JSON.stringify({
    modules: {
      top: { attributes: { top: '1' }, cells: {}, ports: { clk: { bits: [2] }, led: { bits: [3, 4] } } },
    },
  });
  const check = (text: string): void => checkPins({ ...design, pins: { name: 'a.pcf', text } }, json);
  const GOOD = 'set_io clk 1\nset_io -pullup yes led[0] 2 # a light\nset_io led[1] 3\n';

  it('should be accepted where every port has one', () => {
    expect(() => check(GOOD)).not.toThrow();
    expect(() => check(`${GOOD}set_io -nowarn other 4\nset_frequency clk 12\n`)).not.toThrow();
  });

  it.each([
    [
      'another name',
      GOOD.replace('clk', 'clock'),
      'Expected a.pcf, line 1, to name a port of the top (clk, led[0], led[1]), but received clock.',
    ],
    [
      'a port without',
      'set_io clk 1\nset_io led[0] 2\n',
      'Expected a.pcf to give every port of the top a pin, but received none for led[1].',
    ],
    ['no pin', `${GOOD}set_io clk\n`, 'Expected a.pcf, line 4, to be set_io PORT PIN, but received set_io clk.'],
    [
      'a pin twice',
      GOOD.replace('led[1] 3', 'led[1] 1'),
      'Expected a.pcf, line 3, to name a free pin for led[1], but received 1 of clk.',
    ],
  ])('should be refused in one line: %s', (_, text, message) => {
    expect(() => check(text)).toThrow(message);
  });

  it('should be refused where the package has none of that name', () => {
    const output = "ERROR: package does not have a pin named '99' (on line 2)\n";
    expect(pinFault(output, 'a.pcf')?.message).toBe(
      "Expected a.pcf to suit the FPGA's package, but received: package does not have a pin named '99' (on line 2).",
    );
    expect(pinFault('ERROR: timing failed\n', 'a.pcf')).toBeUndefined();
  });
});

describe('modules', () => {
  const counts = new Map([
    ['', 5],
    ['core_u', 10],
    ['core_u.array_u', 20],
    ['core_u.array_u.row_u', 400],
    ['core_u.weights_u', 30],
    ['uart_u', 40],
  ]);

  it('should be told apart from the largest on', () => {
    expect(moduleGroups(counts, 3)).toEqual(['', 'core_u', 'uart_u']);
    expect(moduleGroups(counts)).toEqual([
      '',
      'core_u',
      'core_u.array_u',
      'core_u.array_u.row_u',
      'uart_u',
      'core_u.weights_u',
    ]);
  });

  it('should hold what lies in them', () => {
    expect(groupOf('core_u.array_u.row_u', ['', 'core_u', 'core_u.array_u'])).toBe('core_u.array_u');
    expect(groupOf('core_us.x_u', ['', 'core_u'])).toBe('');
  });

  it('should be drawn where their cells lie', () => {
    const placed = [
      { name: 'a_u.x_SB_LUT4_O_LC', type: 'ICESTORM_LC', bel: 'X1/Y1/lc0', net: '' },
      { name: 'a_u.y_SB_LUT4_O_LC', type: 'ICESTORM_LC', bel: 'X1/Y1/lc7', net: '' },
      { name: 'b_u.mem.0.0_RAM', type: 'ICESTORM_RAM', bel: 'X2/Y1/ram', net: '' },
    ];
    const svg = floorplan(
      { seed: 4, fmaxMHz: 61.23, timingMet: true, utilization: {}, criticalPath: undefined, asc: '', cells: placed },
      'A <board>',
    );
    expect(svg).toContain('<title>A &lt;board></title>');
    expect(svg).toContain('61.2 MHz, seed 4');
    expect(svg).toContain('>a_u: 2</text>');
    // The tile of logic is two units above the bottom; its cell 0 is the lowest, its cell 7 the highest.
    expect(svg).toContain('<rect x="32" y="30" width="15" height="1.5"');
    expect(svg).toContain('<rect x="32" y="16" width="15" height="1.5"');
    // A memory is two tiles high, and the picture is as high as it.
    expect(svg).toContain('<rect x="48" y="0" width="15" height="31.5"');
  });
});

describe('a netlist', () => {
  const json = JSON.stringify({
    modules: {
      cell_of_a_library: { attributes: {}, cells: {} },
      top: {
        attributes: { top: '00001' },
        cells: {
          a: { type: 'SB_LUT4' },
          b: { type: 'SB_DFFESR' },
          c: { type: 'SB_RAM40_4KNW' },
          d: { type: 'SB_MAC16' },
          e: { type: 'SB_LUT4' },
          f: { type: 'SB_CARRY' },
          g: { type: 'SB_SPRAM256KA' },
        },
      },
    },
  });

  it('should be counted', () => {
    const counted = countResources('ice40', netlistCells(json));
    expect(counted).toEqual({ luts: 2, flipFlops: 1, carries: 1, blockRams: 1, sprams: 1, dsps: 1 });
  });

  it.each([
    ['ecp5', 'LUT4', { luts: 1 }],
    ['ecp5', 'TRELLIS_FF', { flipFlops: 1 }],
    ['ecp5', 'CCU2C', { luts: 2, carries: 1 }],
    ['ecp5', 'TRELLIS_DPR16X4', { luts: 6 }],
    ['ecp5', 'DP16KD', { blockRams: 1 }],
    ['ecp5', 'MULT18X18D', { dsps: 1 }],
    ['gowin', 'LUT3', { luts: 1 }],
    ['gowin', 'DFFRE', { flipFlops: 1 }],
    ['gowin', 'ALU', { luts: 1, carries: 1 }],
    ['gowin', 'RAM16SDP4', { luts: 6 }],
    ['gowin', 'SDPB', { blockRams: 1 }],
    ['xilinx7', 'LUT6', { luts: 1 }],
    ['xilinx7', 'FDRE', { flipFlops: 1 }],
    ['xilinx7', 'CARRY4', { carries: 1 }],
    ['xilinx7', 'RAM64M', { luts: 4 }],
    ['xilinx7', 'RAM64X1D', { luts: 2 }],
    ['xilinx7', 'SRL16E', { luts: 1 }],
    ['xilinx7', 'RAMB18E1', { blockRams: 1 }],
    ['xilinx7', 'RAMB36E1', { blockRams: 2 }],
    ['xilinx7', 'DSP48E1', { dsps: 1 }],
  ] as const)('should be counted by what cells are of %s: %s', (family, type, counts) => {
    expect(countResources(family, [{ name: 'a', type }])).toEqual({ ...NO_RESOURCES, ...counts });
  });
});

it('should put a module of many ports between four pins', () => {
  const ports = [
    { name: 'clk', input: true, bits: 1 },
    { name: 'x', input: true, bits: 4 },
    { name: 'valid', input: true, bits: 1 },
    { name: 'sum', input: false, bits: 3 },
  ];
  const text = pinLightTop('adder', 'adder_u', { W: 4 }, ports);
  expect(text).toContain('adder #(.W(4)) adder_u (');
  expect(text).toContain('.x (in_q[3:0])');
  expect(text).toContain('.valid (in_q[4:4])');
  expect(text).toContain('.sum (out[2:0])');
});
