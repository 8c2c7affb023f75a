// SPDX-License-Identifier: Apache-2.0
// Reads what Verilator writes for --xml-only. Text in it is UTF-8 taken byte by
// byte for characters. That a structure is unpacked shows only where a member of
// it is selected; of a packed one that is a selection of bits.

import { parse, type TNode } from 'txml/txml';
import { decodeName } from '../ports.ts';
import { assemble, ModuleBuilder, parsePlace, type ScopeBuilder } from './assemble.ts';
import { bytesText, constantRange } from './constant.ts';
import type { Design, SourcePlace } from './design.ts';
import { basicType, otherType, shapeFinder, type ShapeFinder, type TableType } from './shape.ts';

/** What declares nothing that lasts, or is told elsewhere. */
const skipped = new Set(['func', 'task', 'class', 'typedef', 'contassign', 'assign', 'assigndly', 'port']);

/**
 * Reads a design from the text of V*.xml.
 * @throws {RangeError} when the text does not describe `top`, or a port of it is no bits.
 */
export function readXml(text: string, top: string): Design {
  const document = parse(text, { selfClosingTags: [] });
  const [description] = elements(document, 'verilator_xml');
  const [netlist] = elements(description?.children ?? [], 'netlist');
  const [files] = elements(description?.children ?? [], 'files');
  const parts = elements(netlist?.children ?? []);
  const tables = parts.filter(({ tagName }) => tagName === 'typetable');
  const types = tables.flatMap((node) => elements(node.children));
  const shapes = shapeFinder(readTable(types, unpackedTypes(text)));
  const names = new Map(
    elements(files?.children ?? [], 'file').map((node) => [
      attribute(node, 'id'),
      bytesText(attribute(node, 'filename')),
    ]),
  );
  const place = (node: TNode): SourcePlace => parsePlace(attribute(node, 'loc'), names);
  const modules = new Map<string, ModuleBuilder>();
  let root: string | undefined;
  for (const node of parts) {
    if (node.tagName !== 'module' && node.tagName !== 'iface') continue;
    const module = new ModuleBuilder(attribute(node, 'origName'), place(node));
    modules.set(attribute(node, 'name'), module);
    fillModule(module, node, shapes);
    if (attribute(node, 'topModule') === '1') root = attribute(node, 'name');
  }
  const packages = elements(parts, 'package').map(place);
  return assemble(top, { modules, root, packages, files: [...names.values()] });
}

// Not by recursion: expressions may be thousands deep.
function fillModule(module: ModuleBuilder, node: TNode, shapes: ShapeFinder): void {
  const ahead: [TNode, ScopeBuilder][] = [[node, module]];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const [parent, scope] = next;
    const inner: [TNode, ScopeBuilder][] = [];
    const nodes = elements(parent.children);
    const loops = loopNames(nodes);
    for (const child of nodes) {
      if (skipped.has(child.tagName)) continue;
      if (child.tagName === 'var') addVariable(scope, child, shapes);
      else if (child.tagName === 'instance') addInstance(scope, child);
      else if (child.tagName !== 'begin') inner.push([child, scope]);
      else if (!loops.has(attribute(child, 'name'))) inner.push([child, blockOf(scope, attribute(child, 'name'))]);
    }
    ahead.push(...inner.toReversed());
  }
}

// `for (genvar i …) begin : gen` leaves an empty block `gen`, with i in it, before gen[0].
function loopNames(nodes: readonly TNode[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes) {
    if (node.tagName !== 'begin') continue;
    const match = /^(.+)\[-?\d+\]$/.exec(attribute(node, 'name'));
    if (match !== null) names.add(match[1]!);
  }
  return names;
}

function blockOf(scope: ScopeBuilder, name: string): ScopeBuilder {
  return name === '' ? scope : scope.block(name);
}

function addVariable(scope: ScopeBuilder, node: TNode, shapes: ShapeFinder): void {
  const direction = attribute(node, 'dir');
  const constant = (['param', 'localparam'] as const).find((kind) => attribute(node, kind) === 'true');
  const [value] = elements(node.children, 'const');
  scope.addVariable({
    encoded: attribute(node, 'origName'),
    shape: shapes(attribute(node, 'dtype_id')),
    ...(direction === '' ? {} : { direction }),
    ...(constant === undefined ? {} : { constant }),
    ...(value === undefined ? {} : { value: bytesText(attribute(value, 'name')) }),
  });
}

function addInstance(scope: ScopeBuilder, node: TNode): void {
  const [range] = elements(node.children, 'range');
  scope.addInstance({
    encoded: attribute(node, 'origName'),
    module: decodeName(attribute(node, 'defName')),
    range: range === undefined ? undefined : rangeOf(range),
  });
}

function rangeOf(node: TNode): [number, number] | undefined {
  const [left, right] = elements(node.children, 'const');
  return left === undefined || right === undefined
    ? undefined
    : constantRange(attribute(left, 'name'), attribute(right, 'name'));
}

// Types of which a member is selected.
function unpackedTypes(text: string): ReadonlySet<string> {
  const selected = text.matchAll(/<structsel [^>]*>(?=\s*<\w+ [^>]*\bdtype_id="(\d+)")/g);
  return new Set(Array.from(selected, ([, id = '']) => id));
}

function readTable(types: readonly TNode[], unpacked: ReadonlySet<string>): Map<string, TableType> {
  const table = new Map<string, TableType>();
  for (const node of types) {
    const id = attribute(node, 'id');
    table.set(id, unpacked.has(id) ? otherType(node.tagName) : tableType(node));
    for (const member of elements(node.children, 'memberdtype')) table.set(attribute(member, 'id'), tableType(member));
  }
  return table;
}

function tableType(node: TNode): TableType {
  const of = attribute(node, 'sub_dtype_id');
  const [range] = elements(node.children, 'range').map(rangeOf);
  switch (node.tagName) {
    case 'basicdtype': {
      const [left, right] = [attribute(node, 'left'), attribute(node, 'right')];
      const bounds = left === '' ? undefined : ([Number(left), Number(right)] as const);
      return basicType(attribute(node, 'name'), bounds, attribute(node, 'signed') === 'true');
    }
    case 'unpackarraydtype':
    case 'packarraydtype':
      if (range === undefined) break;
      return { kind: node.tagName === 'packarraydtype' ? 'packed' : 'unpacked', of, range };
    case 'structdtype':
    case 'uniondtype': {
      const members = elements(node.children, 'memberdtype').map((member) => attribute(member, 'sub_dtype_id'));
      return { kind: node.tagName === 'structdtype' ? 'struct' : 'union', members, signed: false };
    }
    case 'refdtype':
    case 'enumdtype':
    case 'memberdtype':
    case 'constdtype':
    case 'paramtypedtype':
      return { kind: 'alias', of };
  }
  return otherType(node.tagName);
}

function elements(nodes: readonly (TNode | string)[], tagName?: string): TNode[] {
  return nodes.filter((node): node is TNode => {
    return typeof node !== 'string' && (tagName === undefined || node.tagName === tagName);
  });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

// Decoded here, as few are ever looked at: the parser's own decoding takes three times as long as its parsing.
function attribute(node: TNode, name: string): string {
  const text = node.attributes[name] ?? '';
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, word: string) => {
    return code === undefined ? (entities[word] ?? whole) : String.fromCharCode(Number(code));
  });
}
