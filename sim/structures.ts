// SPDX-License-Identifier: Apache-2.0
// Finds unpacked structures of which no member is selected anywhere: Verilator's
// XML does not tell them from packed ones. The generated code does, as it gives
// each member its first value: `vlSelf->items[__Vi0].valid = …`.

import { portRefusal, signalRefusal } from './design/index.ts';
import type { ExposedLayout } from './exposed.ts';
import type { PortLayout } from './ports.ts';
import type { GeneratedFiles } from './state.ts';

/**
 * Compares signals, which the design describes as bits, with the generated code.
 * @throws {RangeError} naming the first that is an unpacked structure.
 */
export function checkStructures(
  top: string,
  ports: readonly PortLayout[],
  exposed: readonly ExposedLayout[],
  files: GeneratedFiles,
): void {
  const structures = readStructures(files);
  const refusal = { refused: 'an unpacked structure' };
  for (const { name, member } of ports) if (structures.has(`TOP.${member}`)) throw portRefusal(top, name, refusal);
  for (const { name, member } of exposed) if (structures.has(member)) throw signalRefusal(name, refusal);
}

// Member expressions, for example `TOP.fifo__DOT__item`.
function readStructures(files: GeneratedFiles): ReadonlySet<string> {
  const symbols = files.get('Vdut__Syms.h') ?? '';
  const structures = new Set<string>();
  for (const [name, text] of files) {
    if (!name.endsWith('.cpp')) continue;
    // Long ones are split: ___ctor_var_reset_0, ___ctor_var_reset_1 …
    for (const [, type = '', body = ''] of text.matchAll(/___ctor_var_reset\w*\((\w+)\* vlSelf\) \{(.*?)^\}/gms)) {
      const members = new Set(Array.from(body.matchAll(/vlSelf->(\w+)(?:\[\w+\])*\.\w/g), ([, member]) => member!));
      if (members.size === 0) continue;
      for (const [, instance] of symbols.matchAll(new RegExp(String.raw`^\s*${type}\s+(\w+);`, 'gm'))) {
        for (const member of members) structures.add(`${instance}.${member}`);
      }
    }
  }
  return structures;
}
