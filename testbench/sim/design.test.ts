// SPDX-License-Identifier: Apache-2.0
// Descriptions of fixtures/design/gallery.sv as three versions of Verilator wrote them (5.006 and 5.038 XML, 5.048
// JSON), with: verilator --xml-only or --json-only --prefix Vdut -Wno-lint -Wno-style --no-timing --top-module gallery
// gallery.sv. All must say the same.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  descriptionArgs,
  descriptionFiles,
  findSignal,
  instancesAt,
  modulePlaces,
  readJson,
  readXml,
  type Design,
} from '../../sim/design/index.ts';
import { nearest } from '../../sim/design/nearest.ts';
import { build } from '../../sim/index.ts';
import { fixture } from './support.ts';

const meta = readFileSync(join(fixture('design'), '5.048.tree.meta.json'), 'utf8');
const stored = ['5.006.xml', '5.038.xml', '5.048.tree.json'];

function read(file: string): Design {
  const text = readFileSync(join(fixture('design'), file), 'utf8');
  return file.endsWith('.xml') ? readXml(text, 'gallery') : readJson(text, meta, 'gallery');
}

const lanes = ['even', 'odd', 'even'].map((parity, i) => `gallery.gen_lane[${i}].gen_${parity}.lane_u`);

describe.each(stored)('the description %s', (file) => {
  const design = read(file);

  it.each([
    ['the top', 60, ['gallery']],
    ['a module that is there with several parameters', 40, lanes],
    ['a package', 6, []],
    ['what comes before everything', 1, []],
  ])('should tell the instances of %s', (_, line, expected) => {
    expect(instancesAt(modulePlaces(design), 'gallery.sv', line).toSorted()).toEqual(expected);
  });

  it('should tell no instance for lines of other files', () => {
    expect(instancesAt(modulePlaces(design), 'other.sv', 60)).toEqual([]);
  });

  it('should give every port, in the order declared', () => {
    const rows = design.ports.map(({ name, direction, width, signed, dims }) => {
      const unpacked = dims.map(([left, right]) => `[${left}:${right}]`).join('');
      return `${direction} ${signed ? 'signed ' : ''}${width} ${name}${unpacked}`;
    });
    expect(rows).toEqual([
      'input 1 clk',
      'input 1 rst_n',
      'input signed 8 sample',
      'input signed 8 tiny',
      'input 32 count_in',
      'input signed 64 long_in',
      'input signed 32 integer_in',
      'input 12 ascending',
      'input 42 item_in',
      'output 42 item_out',
      'input 32 either_in',
      'output 2 state_out',
      'input 24 cube_in',
      'input 100 wide_in',
      'output signed 100 wide_out',
      'output 53 safe_out',
      'output 54 unsafe_out',
      'input signed 16 taps_in[0:3]',
      'output 40 grid_out[2:1][0:2]',
      'output 42 items_out[0:1]',
      'inout 4 pad',
      'input 1 odd.port',
      'input 1 two__lines',
      'input 1 extra',
      'output 8 lanes_out[0:2]',
      'output 4 array_out',
    ]);
  });

  it('should name the files read', () => {
    expect(design.files).toEqual(['gallery.sv']);
  });

  it('should give the parameters that can be set, with their values', () => {
    expect(design.params).toEqual([
      { name: 'DEPTH', type: 'integer', value: 4 },
      { name: 'LANES', type: 'integer', value: 3 },
      { name: 'BIAS', type: 'integer', value: -5 },
      // Verilog has no strings of its own: this one is 88 bits.
      { name: 'NAME', type: 'integer', value: BigInt(`0x${Buffer.from('a "b" & <c>').toString('hex')}`) },
      { name: 'LABEL', type: 'string', value: 'a "label" & <é>' },
      { name: 'WIDE', type: 'integer', value: 0xf_0000_0000_0000_0000_0000_0001n },
      { name: 'BIG', type: 'integer', value: 2n ** 53n + 1n },
      { name: 'RATIO', type: 'real', value: 1.5 },
      { name: 'FLAG', type: 'integer', value: 1 },
      { name: 'START', type: 'integer', value: 2 },
    ]);
  });

  it.each([
    ['state', 2, [], 'gallery', 'TOP.gallery'],
    ['item', 42, [], 'gallery', 'TOP.gallery'],
    ['spare', 2, [[0, 2], [0, 1]], 'gallery', 'TOP.gallery'], // prettier-ignore
    ['clk', 1, [], 'gallery', 'TOP.gallery'],
    ['gen_lane[2].step', 8, [], 'gallery', 'TOP.gallery.gen_lane[2]'],
    ['gen_lane[1].gen_odd.lane_u.mem', 8, [[0, 4]], 'lane', 'TOP.gallery.gen_lane[1].gen_odd.lane_u'],
    ['gen_lane[2].gen_even.lane_u.mem', 8, [[0, 3]], 'lane', 'TOP.gallery.gen_lane[2].gen_even.lane_u'],
    ['gen_lane[0].gen_even.lane_u.last_u.held', 8, [], 'cell_reg', 'TOP.gallery.gen_lane[0].gen_even.lane_u.last_u'],
    ['bits_u[3].held', 1, [], 'cell_reg', 'TOP.gallery.bits_u[3]'],
  ])('should find %s', (path, width, dims, module, scope) => {
    const variable = path.slice(path.lastIndexOf('.') + 1);
    expect(findSignal(design, path)).toEqual({
      name: path,
      width,
      signed: false,
      dims,
      module,
      variable,
      scope,
      runtimeNames: [variable],
      publicLines: [`public_flat_rw -module "${module}" -var "${variable}"`],
    });
  });

  it('should find names with dots, and spell them for every Verilator', () => {
    expect(findSignal(design, 'gen_lane[0].gen_even.lane_u.odd.name')).toMatchObject({
      variable: 'odd.name',
      scope: 'TOP.gallery.gen_lane[0].gen_even.lane_u',
      runtimeNames: ['odd.name', '\\odd.name '],
      publicLines: [
        'public_flat_rw -module "lane" -var "odd.name"',
        'public_flat_rw -module "lane" -var "odd__02ename"',
      ],
    });
  });

  it.each([
    ['stat', 'did you mean state?'],
    ['gen_lane[3].step', 'did you mean gen_lane[0]?'],
    ['gen_lane[1].gen_even.lane_u.mem', '; gen_lane[1] has step, gen_odd.….'],
    ['gen_lane[0].gen_even.lane_u.memory', '; gen_lane[0].gen_even.lane_u has clk, d, q, mem, odd.name, last_u.….'],
    ['zzzzzzzz', '; gallery has clk, rst_n, '],
    ['', '; gallery has clk, rst_n, '],
    ['gen_lane.i', 'gallery has clk'],
    ['DEPTH', '"DEPTH", which is a parameter.'],
  ])('should say what there is in place of "%s"', (path, message) => {
    expect(() => findSignal(design, path)).toThrow(message);
    expect(() => findSignal(design, path)).toThrow(/^Expected expose to name signals .* but received "/);
  });

  it('should be refused as that of another top', () => {
    const text = readFileSync(join(fixture('design'), file), 'utf8').replaceAll('"gallery"', '"other"');
    const again = (): Design =>
      file.endsWith('.xml') ? readXml(text.replace('topModule', 'x'), 'g') : readJson(text, meta, 'g');
    expect(again).toThrow('Expected a description of g by Verilator, but received one without it.');
  });
});

describe('readXml', () => {
  const xml = (variables: string, types: string): string =>
    `<verilator_xml><netlist><module name="m" origName="m" topModule="1">${variables}</module>` +
    `<typetable>${types}</typetable></netlist></verilator_xml>`;

  it.each([
    ['<basicdtype id="1" name="real"/>', 'a real number'],
    ['<basicdtype id="1" name="string"/>', 'a string'],
    ['<ifacerefdtype id="1"/>', 'an interface'],
    ['<queuedtype id="1" sub_dtype_id="1"/>', 'a queue'],
    ['<refdtype id="1" sub_dtype_id="1"/>', 'of a type that contains itself'],
    ['', 'of an unknown type'],
  ])('should refuse a port of type %s', (type, what) => {
    const text = xml('<var origName="p" dtype_id="1" dir="input"/>', type);
    expect(() => readXml(text, 'm')).toThrow(
      `Expected the ports of m to be bits or arrays of bits, but received p, which is ${what}.`,
    );
  });

  it.each([
    ['struct', 'an unpacked structure'],
    ['union', 'an unpacked union'],
  ])('should refuse a port that is a %s of which a member is selected', (kind, what) => {
    const type = `<${kind}dtype id="1"><memberdtype id="2" sub_dtype_id="3"/></${kind}dtype><basicdtype id="3" name="logic"/>`;
    const port = '<var origName="p" dtype_id="1" dir="input"/>';
    expect(readXml(xml(port, type), 'm').ports).toEqual([
      { name: 'p', direction: 'input', width: 1, signed: false, dims: [] },
    ]);
    const selection = '<structsel name="a" dtype_id="3">\n  <varref name="p" dtype_id="1"/>\n</structsel>';
    expect(() => readXml(xml(port + selection, type), 'm')).toThrow(
      `Expected the ports of m to be bits or arrays of bits, but received p, which is ${what}.`,
    );
  });

  it('should leave out parameters without a known value', () => {
    const text = xml(
      '<var origName="P" dtype_id="1" param="true"><const name="4\'b1x0z"/></var><var origName="Q" dtype_id="1" param="true"/>',
      '<basicdtype id="1" name="logic" left="3" right="0"/>',
    );
    expect(readXml(text, 'm').params).toEqual([]);
  });

  it.each(['', 'no XML', '<verilator_xml>'])('should refuse what is no description: "%s"', (text) => {
    expect(() => readXml(text, 'm')).toThrow('Expected a description of m by Verilator');
  });
});

describe('readJson', () => {
  const json = (port: object, type: object): string =>
    JSON.stringify({
      type: 'NETLIST',
      modulesp: [
        {
          type: 'MODULE',
          name: 'm',
          origName: 'm',
          addr: '(B)',
          stmtsp: [{ type: 'VAR', name: 'p', origName: 'p', varType: 'PORT', dtypep: '(T)', ...port }],
        },
      ],
      miscsp: [{ type: 'TYPETABLE', typesp: [{ addr: '(T)', dtypep: '(T)', ...type }] }],
    });

  it.each([
    [{ type: 'STRUCTDTYPE' }, 'an unpacked structure'],
    [{ type: 'BASICDTYPE', keyword: 'real' }, 'a real number'],
    [{ type: 'IFACEREFDTYPE' }, 'an interface'],
    [{ type: 'UNPACKARRAYDTYPE' }, 'of the type unpackarray'],
  ])('should refuse a port of type %j', (type, what) => {
    expect(() => readJson(json({ direction: 'INPUT' }, type), meta, 'm')).toThrow(
      `Expected the ports of m to be bits or arrays of bits, but received p, which is ${what}.`,
    );
  });

  it('should refuse a port by reference', () => {
    const text = json({ direction: 'REF' }, { type: 'BASICDTYPE', keyword: 'logic' });
    expect(() => readJson(text, meta, 'm')).toThrow('but received p, which is of the direction ref.');
  });

  it('should refuse what an old Verilator wrote, which does not tell what is signed', () => {
    const text = json({ direction: 'INPUT' }, { type: 'BASICDTYPE', keyword: 'logic', generic: false });
    expect(() => readJson(text, meta, 'm')).toThrow('Expected a description of m by Verilator 5.046 or newer');
  });
});

it.each([
  ['5.006', ['--xml-only'], ['Vdut.xml']],
  ['5.022', ['--xml-only'], ['Vdut.xml']],
  ['5.044', ['--xml-only', '-Wno-DEPRECATED'], ['Vdut.xml']],
  ['5.046', ['--json-only'], ['Vdut.tree.json', 'Vdut.tree.meta.json']],
  ['6.000', ['--json-only'], ['Vdut.tree.json', 'Vdut.tree.meta.json']],
])('should ask Verilator %s for the form that it writes in full', (version, args, files) => {
  expect(descriptionArgs(version)).toEqual(args);
  expect(descriptionFiles(version)).toEqual(files);
});

it('should think of names that differ in few letters', () => {
  const names = ['state', 'count', 'wr_ptr', 'rd_ptr'];
  expect(nearest('sate', names)).toBe('state');
  expect(nearest('COUNT', names)).toBe('count');
  expect(nearest('wrptr', names)).toBe('wr_ptr');
  expect(nearest('empty', names)).toBeUndefined();
});

it('should name variables as the built model knows them', async () => {
  const Gallery = await build({
    top: 'gallery',
    sources: [join(fixture('design'), 'gallery.sv')],
    verilatorFlags: ['-Wno-lint', '-Wno-style'],
    expose: ['state', 'spare', 'gen_lane[2].step', 'gen_lane[1].gen_odd.lane_u.mem', 'bits_u[3].held'],
    params: { DEPTH: 6 },
  });
  expect(Gallery.exposed['gen_lane[1].gen_odd.lane_u.mem']).toEqual({ width: 8, signed: false, dims: [[0, 6]] });
  expect(Gallery.params).toMatchObject({ DEPTH: 6, BIAS: -5, BIG: 2n ** 53n + 1n, LABEL: 'a "label" & <é>' });
  using sim = Gallery.create();
  sim.dut.rst_n = 0;
  sim.tick();
  expect(sim.exposed['state']).toBe(2);
  expect(sim.exposed['gen_lane[1].gen_odd.lane_u.mem']).toHaveLength(7);
});
