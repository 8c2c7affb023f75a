// SPDX-License-Identifier: Apache-2.0
// A netlist as Verilog that a simulator counts the toggles of: each cell as the function that the library says it is,
// without delays, and one counter for each net.
//
// Every net is a word of one memory, so that a simulator's compiler has a list of assignments and nothing to find out.
// Copies of a block are simulated at once: bit c of the word of a net inside it is the net in copy c, so that a gate
// costs one operation for up to 32 copies. Gates settle when the clock falls, each after those that drive it; when it
// rises, toggles are counted and registers take their values.
//
// Counters lie on their side: word g * planes + k of `toggle_planes` holds bit k of the counters of word g's nets, so
// that a clock adds to all copies with a few operations. A net's toggle is a value at a clock edge that differs from
// that at the edge before; with no delays there are no glitches to count. Of a net that clocks registers, the clocks
// are counted in which it rises.

import { parseFunction, toVerilog } from './boolean.ts';
import { clocksOf } from './clocks.ts';
import { type Flattened, flatten, outerNets } from './flatten.ts';
import { inOrder } from './in-order.ts';
import { LibertyError } from './liberty-error.ts';
import type { Instance, Net, Netlist } from './netlist.ts';

/** Verilog of a netlist with counters. */
export interface SimulationNetlist {
  /** Name of the top. */
  readonly top: string;
  readonly text: string;
  /** The netlist on one level, whose nets are counted. */
  readonly flat: Flattened;
  /** Nets in the order of `places`; the clock, which toggles twice a clock, is not among them. */
  readonly nets: readonly number[];
  /** Where each net's counter is: in bit `place % 32` of the words of group `floor(place / 32)`. */
  readonly places: readonly number[];
  /** Bits of a counter: clocks up to 2^planes - 1 can be counted. */
  readonly planes: number;
  /** Name of the clock's port. The other inputs are the netlist's, and `counting`, which lets toggles count. */
  readonly clock: string;
}

/** Names of the netlist's own, besides those with a $ at their end. */
const OWN_NAMES: readonly string[] = ['counting', 'toggle_planes'];

/** Copies in the bits of a word. */
const LANES = 32;

/** Sets words when gates settle; `sources` are the words that must have settled before. */
interface Statement {
  readonly target: number;
  readonly sources: readonly number[];
  readonly text: string;
}

/** The words of a level's nets. */
type Words = (net: number) => number;

function wordText(net: Net, word: Words): string {
  return typeof net === 'number' ? `v$[${word(net)}]` : `{32{1'b${net}}}`;
}

/** What a level's cells do: statements that settle, and lines by which registers take their values. */
interface Work {
  readonly settle: Statement[];
  readonly registers: string[];
  /** Registers so far. */
  count: number;
}

function addCell({ cell, pins, name }: Instance, word: Words, gated: ReadonlySet<Net>, work: Work): void {
  const netOf = (pin: string): Net => {
    const connected = pins.get(pin);
    if (connected === undefined) {
      throw new LibertyError(`Expected pin ${pin} of ${cell.name} (${name}) to be connected, but received nothing.`);
    }
    return connected;
  };
  const { register } = cell;
  // What takes its value when the clock falls has it when gates settle.
  const state = register && !register.falling ? `r$[${work.count++}]` : '';
  if (register && !register.falling) {
    const next = toVerilog(parseFunction(register.nextState), (pin) => wordText(netOf(pin), word));
    const clock = netOf(register.clockedOn);
    const on = wordText(clock, word);
    work.registers.push(`${state} = ${gated.has(clock) ? `(${next} & ${on}) | (${state} & ~${on})` : next};`);
  }
  for (const { name: pin, direction, function: text } of cell.pins) {
    const driven = pins.get(pin);
    if (direction !== 'output' || typeof driven !== 'number') continue;
    if (text === undefined) {
      throw new LibertyError(`Expected output ${pin} of ${cell.name} to have a function, but received none.`);
    }
    const sources: number[] = [];
    const value = (read: string): string => {
      if (register && (read === register.value || read === register.inverse)) {
        const held = register.falling ? toVerilog(parseFunction(register.nextState), value) : state;
        return read === register.value ? held : `~${held}`;
      }
      const net = netOf(read);
      if (typeof net === 'number') sources.push(word(net));
      return wordText(net, word);
    };
    const expression = toVerilog(parseFunction(text), value);
    work.settle.push({ target: word(driven), sources, text: `v$[${word(driven)}] = ${expression};` });
  }
}

/** Lines of statements, each after those that set its sources. */
function settling(statements: readonly Statement[], top: string): string[] {
  const setting = new Map(statements.map((statement) => [statement.target, statement]));
  const needs = ({ sources }: Statement): Statement[] => sources.flatMap((source) => setting.get(source) ?? []);
  return inOrder(statements, needs, top).map(({ text }) => text);
}

/** Gives words to nets, and says which nets their bits are. */
class WordList {
  /** Lines that count the clocks in which nets are 1. */
  readonly rises: string[] = [];
  readonly nets: number[] = [];
  readonly places: number[] = [];
  length = 0;

  /** A word for a net, whose copies are these nets of the flat netlist. */
  add(copies: readonly number[]): number {
    this.nets.push(...copies);
    this.places.push(...copies.map((_, bit) => LANES * this.length + bit));
    return this.length++;
  }

  /** The same for a net that clocks registers: another word toggles whenever it is 1. */
  addClock(copies: readonly number[]): number {
    const rising = this.add(copies);
    const word = this.add([]);
    this.rises.push(`v$[${rising}] = v$[${rising}] ^ v$[${word}];`);
    return word;
  }
}

/** Adds a block's copies from one to another; `outer` are the top's words. */
function addBlock(
  { blocks }: Netlist,
  { inner }: Flattened,
  index: number,
  from: number,
  outer: Words,
  words: WordList,
  work: Work,
): void {
  const { body, copies } = blocks[index]!;
  const part = copies.slice(from, from + LANES);
  const own = new Map<number, number>();
  const { gated } = clocksOf(body);
  for (const [net, numbers] of inner[index]!) {
    const lanes = numbers.slice(from, from + LANES);
    own.set(net, gated.has(net) ? words.addClock(lanes) : words.add(lanes));
  }
  // The ports' nets are counted in the top.
  for (const { nets } of body.ports) {
    for (const net of nets) if (typeof net === 'number' && !own.has(net)) own.set(net, words.add([]));
  }
  const word: Words = (net) => own.get(net)!;
  for (const { name, direction, nets } of body.ports) {
    nets.forEach((net, bit) => {
      if (typeof net !== 'number') return;
      const outside = part.map((copy) => copy.get(name)?.[bit] ?? '0');
      if (direction === 'input') {
        const bits = outside.map((other) => (typeof other === 'number' ? `v$[${outer(other)}][0]` : `1'b${other}`));
        const unused = LANES - bits.length;
        const text = [...(unused > 0 ? [`{${unused}{1'b0}}`] : []), ...bits.toReversed()].join(', ');
        const sources = outside.flatMap((other) => (typeof other === 'number' ? [outer(other)] : []));
        work.settle.push({ target: word(net), sources, text: `v$[${word(net)}] = {${text}};` });
      } else {
        outside.forEach((other, copy) => {
          if (typeof other !== 'number') return;
          const text = `v$[${outer(other)}] = {31'b0, v$[${word(net)}][${copy}]};`;
          work.settle.push({ target: outer(other), sources: [word(net)], text });
        });
      }
    });
  }
  for (const instance of body.instances) addCell(instance, word, gated, work);
}

function rangeText(bits: number): string {
  return bits === 1 ? '' : `[${bits - 1}:0] `;
}

/**
 * Writes a netlist as Verilog with counters.
 * @param planes bits of a counter, from 1 to 32
 * @throws {LibertyError} if the clock is no port, a port has one of its own names, or gates drive each other in a ring
 */
export function simulationNetlist(netlist: Netlist, planes = 20): SimulationNetlist {
  const flat = flatten(netlist);
  const { ports, blocks } = netlist;
  const { root: clock, gated } = clocksOf(flat);
  const clockPort = ports.find(({ nets }) => nets.includes(clock));
  if (clockPort?.nets.length !== 1 || clockPort.direction !== 'input') {
    throw new LibertyError(`Expected the clock of ${netlist.top} to be a port, but it is not.`);
  }
  const taken = ports.find(({ name }) => OWN_NAMES.includes(name) || name.endsWith('$'));
  if (taken !== undefined) {
    throw new LibertyError(
      `Expected no port of ${netlist.top} to be called ${OWN_NAMES.join(' or ')}, or to end with $, but received ${taken.name}.`,
    );
  }
  const words = new WordList();
  const work: Work = { settle: [], registers: [], count: 0 };
  const outerWords = new Map<number, number>();
  for (const net of outerNets(netlist)) {
    outerWords.set(net, gated.has(net) ? words.addClock([net]) : words.add(net === clock ? [] : [net]));
  }
  const outer: Words = (net) => outerWords.get(net)!;
  for (const instance of netlist.instances) addCell(instance, outer, gated, work);
  blocks.forEach(({ copies }, index) => {
    for (let from = 0; from < copies.length; from += LANES) {
      addBlock(netlist, flat, index, from, outer, words, work);
    }
  });
  // Gates of the clock are seen while it is 1.
  const inputs = ports.flatMap(({ name, direction, nets }) =>
    nets.flatMap((net, bit) =>
      net === clock
        ? [`v$[${outer(net)}] = {32{1'b1}};`]
        : direction === 'input' && typeof net === 'number'
          ? [`v$[${outer(net)}] = {31'b0, ${nets.length === 1 ? name : `${name}[${bit}]`}};`]
          : [],
    ),
  );
  const outputs = ports.flatMap(({ name, direction, nets }) =>
    nets.flatMap((net, bit) =>
      direction === 'output'
        ? [
            `${nets.length === 1 ? name : `${name}[${bit}]`} = ${typeof net === 'number' ? `v$[${outer(net)}][0]` : `1'b${net}`};`,
          ]
        : [],
    ),
  );
  const top = `${netlist.top}_gates`;
  const indent = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
  const text = [
    '/* verilator lint_off UNUSED */',
    '/* verilator lint_off BLKSEQ */',
    `module ${top} (`,
    ...ports.map(
      ({ name, direction, nets }) =>
        `    ${direction === 'input' ? 'input wire' : 'output reg'} ${rangeText(nets.length)}${name},`,
    ),
    '    input wire counting',
    ');',
    `reg [31:0] v$ [0:${words.length - 1}];`,
    `reg [31:0] earlier$ [0:${words.length - 1}];`,
    `reg [31:0] r$ [0:${work.count - 1}];`,
    `reg [31:0] toggle_planes [0:${words.length * planes - 1}];`,
    'reg [31:0] carry$, plane$;',
    'integer g$, k$;',
    `initial for (k$ = 0; k$ < ${words.length * planes}; k$ = k$ + 1) toggle_planes[k$] = 0;`,
    `always @(negedge ${clockPort.name}) begin`,
    ...indent([...inputs, ...settling(work.settle, netlist.top), ...outputs]),
    'end',
    `always @(posedge ${clockPort.name}) begin`,
    ...indent([...work.registers, ...words.rises]),
    `    for (g$ = 0; g$ < ${words.length}; g$ = g$ + 1) begin`,
    '        carry$ = (v$[g$] ^ earlier$[g$]) & {32{counting}};',
    '        earlier$[g$] = v$[g$];',
    `        for (k$ = ${planes} * g$; carry$ != 0; k$ = k$ + 1) begin`,
    '            plane$ = toggle_planes[k$];',
    '            toggle_planes[k$] = plane$ ^ carry$;',
    '            carry$ = carry$ & plane$;',
    '        end',
    '    end',
    'end',
    'endmodule',
    '',
  ].join('\n');
  return { top, text, flat, nets: words.nets, places: words.places, planes, clock: clockPort.name };
}
