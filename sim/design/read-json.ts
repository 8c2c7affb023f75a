// SPDX-License-Identifier: Apache-2.0
// Reads what Verilator writes for --json-only: V*.tree.json with the design, in
// which a node has an address and fields ending in `p` hold addresses or lists of
// nodes, and V*.tree.meta.json with the names of files.

import { assemble, ModuleBuilder, parsePlace, type ScopeBuilder } from './assemble.ts';
import { constantRange, unescapeText } from './constant.ts';
import type { Design, SourcePlace } from './design.ts';
import { basicType, otherType, shapeFinder, type Range, type ShapeFinder, type TableType } from './shape.ts';

interface Node {
  readonly type: string;
  readonly name: string;
  readonly addr: string;
  readonly [field: string]: unknown;
}

/** What declares nothing that lasts. */
const skipped = new Set(['FUNC', 'TASK', 'CLASS', 'TYPEDEF', 'ASSIGN', 'ASSIGNDLY', 'ASSIGNW', 'CONTASSIGN', 'PIN']);

/**
 * Reads a design from the texts of V*.tree.json and V*.tree.meta.json.
 * @throws {RangeError} when the text does not describe `top`, a port of it is no bits, or the Verilator that wrote it is
 * too old to tell signed from unsigned (before 5.046; those write XML).
 */
export function readJson(tree: string, meta: string, top: string): Design {
  const netlist = JSON.parse(tree) as Node;
  const types = nodes(netlist, 'miscsp').flatMap((node) => (node.type === 'TYPETABLE' ? nodes(node, 'typesp') : []));
  // Where false fields are written, the signed ones would have to be there too.
  if (types.some((node) => node['generic'] === false) && !types.some((node) => 'signed' in node)) {
    throw new RangeError(
      `Expected a description of ${top} by Verilator 5.046 or newer, but received one that does not tell what is signed.`,
    );
  }
  const shapes = shapeFinder(readTable(types));
  const { files } = JSON.parse(meta) as { readonly files: Readonly<Record<string, { readonly filename: string }>> };
  const names = new Map(Object.entries(files).map(([id, { filename }]) => [id, filename]));
  const place = (node: Node): SourcePlace => parsePlace(String(node['loc']), names);
  const modules = new Map<string, ModuleBuilder>();
  let root: string | undefined;
  for (const node of nodes(netlist, 'modulesp')) {
    if (node.type !== 'MODULE' && node.type !== 'IFACE') continue;
    const module = new ModuleBuilder(encodedName(node), place(node));
    modules.set(node.addr, module);
    fillModule(module, node, shapes);
    if (root === undefined && module.name === top) root = node.addr;
  }
  const packages = nodes(netlist, 'modulesp')
    .filter(({ type }) => type === 'PACKAGE')
    .map(place);
  return assemble(top, { modules, root, packages, files: [...names.values()] });
}

// Not by recursion: expressions may be thousands deep.
function fillModule(module: ModuleBuilder, node: Node, shapes: ShapeFinder): void {
  const ahead: [Node, ScopeBuilder][] = [[node, module]];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const [parent, scope] = next;
    const inner: [Node, ScopeBuilder][] = [];
    for (const child of nodesIn(parent)) {
      if (skipped.has(child.type)) continue;
      if (child.type === 'VAR') addVariable(scope, child, shapes);
      else if (child.type === 'CELL') addInstance(scope, child);
      else if (child.type !== 'BEGIN' && child.type !== 'GENBLOCK') inner.push([child, scope]);
      // `for (genvar i …) begin : gen` leaves an implied block `gen`, with i in it, before gen[0].
      else if (child['implied'] !== true) {
        inner.push([child, child.name === '' ? scope : scope.block(unescapeText(child.name))]);
      }
    }
    ahead.push(...inner.toReversed());
  }
}

function addVariable(scope: ScopeBuilder, node: Node, shapes: ShapeFinder): void {
  const kind = String(node['varType']);
  if (kind === 'GENVAR') return;
  const direction = String(node['direction']);
  const value = nodes(node, 'valuep').find((child) => child.type === 'CONST');
  scope.addVariable({
    encoded: encodedName(node),
    shape: shapes(String(node['dtypep'])),
    ...(direction === 'NONE' ? {} : { direction }),
    ...(kind === 'GPARAM' ? { constant: 'param' } : kind === 'LPARAM' ? { constant: 'localparam' } : {}),
    ...(value === undefined ? {} : { value: unescapeText(value.name) }),
  });
}

function addInstance(scope: ScopeBuilder, node: Node): void {
  const [range] = nodes(node, 'rangep');
  scope.addInstance({
    encoded: encodedName(node),
    module: String(node['modp']),
    range: range === undefined ? undefined : rangeOf(range),
  });
}

function rangeOf(node: Node): Range | undefined {
  return constantRange(nodes(node, 'leftp')[0]?.name, nodes(node, 'rightp')[0]?.name);
}

function readTable(types: readonly Node[]): Map<string, TableType> {
  return new Map(types.map((node) => [node.addr, tableType(node)]));
}

function tableType(node: Node): TableType {
  // An alias gives its final type in dtypep, a type of its own only what it is made of.
  const own = node['dtypep'] === node.addr || node['dtypep'] === undefined;
  const of = String(own ? node['refDTypep'] : node['dtypep']);
  const signed = node['signed'] === true;
  switch (node.type) {
    case 'BASICDTYPE':
      return basicType(String(node['keyword']), colonRange(node['range']), signed);
    case 'UNPACKARRAYDTYPE':
    case 'PACKARRAYDTYPE': {
      const range = colonRange(node['declRange']);
      if (range === undefined) break;
      return { kind: node.type === 'PACKARRAYDTYPE' ? 'packed' : 'unpacked', of: String(node['refDTypep']), range };
    }
    case 'STRUCTDTYPE':
    case 'UNIONDTYPE': {
      if (node['packed'] !== true) break;
      const members = nodes(node, 'membersp').map((member) => String(member['refDTypep']));
      return { kind: node.type === 'STRUCTDTYPE' ? 'struct' : 'union', members, signed };
    }
    case 'REFDTYPE':
    case 'ENUMDTYPE':
    case 'CONSTDTYPE':
    case 'PARAMTYPEDTYPE':
      return { kind: 'alias', of };
  }
  return otherType(node.type);
}

// `7:0` or `[0:3]`
function colonRange(text: unknown): Range | undefined {
  const match = /(-?\d+):(-?\d+)/.exec(String(text ?? ''));
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

// Names of blocks are written as they are; these keep the spelling that C++ has.
function encodedName(node: Node): string {
  return typeof node['origName'] === 'string' ? node['origName'] : node.name;
}

function nodesIn(node: Node): Node[] {
  const inner: Node[] = [];
  for (const field in node) if (Array.isArray(node[field])) inner.push(...(node[field] as readonly Node[]));
  return inner;
}

function nodes(node: Node, field: string): readonly Node[] {
  const value = node[field];
  return Array.isArray(value) ? (value as readonly Node[]) : [];
}
