// SPDX-License-Identifier: Apache-2.0
// The files that are made from rtl/registers.json, formatted.

import { format } from 'prettier';
import { readRegisterMap } from './map.mjs';
import { markdownOf, typescriptOf } from './texts.mjs';
import { verilogOf } from './verilog.mjs';

const STYLE = { printWidth: 120, singleQuote: true };

/**
 * @param {string} text of registers.json
 * @returns {Promise<Readonly<Record<string, string>>>} texts by path from the project's folder
 */
export async function registerFiles(text) {
  const map = readRegisterMap(text);
  return {
    [`rtl/${map.module}.v`]: verilogOf(map),
    'src/device/registers.ts': await format(typescriptOf(map), { ...STYLE, parser: 'typescript' }),
    'docs/registers.md': await format(markdownOf(map), { ...STYLE, parser: 'markdown' }),
  };
}
