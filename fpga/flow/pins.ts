// SPDX-License-Identifier: Apache-2.0
// A file of pins (.pcf) against the ports of the top. nextpnr only warns of a name that the top does not have, and
// the pin then stays unconnected: here it is an error.

import type { Design } from './design.ts';
import { topModule } from './yosys-json.ts';

/** Names of the bits of a netlist's ports, as a file of pins spells them: `led[3]`, `rx`. */
function portBits(json: string): string[] {
  return Object.entries(topModule(json).ports).flatMap(([name, { bits }]) =>
    bits.length === 1 ? [name] : bits.map((_, i) => `${name}[${i}]`),
  );
}

/**
 * Checks a file of pins.
 * @param json the netlist
 * @throws {RangeError} naming the file and the line, or the port without a pin
 */
export function checkPins({ pins }: Design, json: string): void {
  if (pins === undefined) return;
  const ports = new Set(portBits(json));
  const placed = new Map<string, string>();
  for (const [index, line] of pins.text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    if (words[0] !== 'set_io') continue;
    const [port, pin] = words.slice(1).filter((word) => !word.startsWith('-') && !/^(yes|no)$/.test(word));
    const where = `${pins.name}, line ${index + 1},`;
    if (port === undefined || pin === undefined) {
      throw new RangeError(`Expected ${where} to be set_io PORT PIN, but received ${line.trim()}.`);
    }
    if (!ports.has(port) && !words.includes('-nowarn')) {
      throw new RangeError(
        `Expected ${where} to name a port of the top (${[...ports].join(', ')}), but received ${port}.`,
      );
    }
    const taken = [...placed].find(([, one]) => one === pin)?.[0];
    if (taken !== undefined && taken !== port) {
      throw new RangeError(`Expected ${where} to name a free pin for ${port}, but received ${pin} of ${taken}.`);
    }
    placed.set(port, pin);
  }
  const missing = [...ports].find((port) => !placed.has(port));
  if (missing !== undefined) {
    throw new RangeError(
      `Expected ${pins.name} to give every port of the top a pin, but received none for ${missing}.`,
    );
  }
}
