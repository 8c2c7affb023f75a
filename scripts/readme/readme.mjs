// SPDX-License-Identifier: Apache-2.0
// What README.md shows of real runs, as text: the lines under a command, and the table of configurations.

/** Lines whose numbers depend on the machine; their digits are not compared. */
const VOLATILE = /^simulated /;

/** @typedef {{ command: string, lines: string[] }} Shown a command and the lines shown under it */

/**
 * Commands in the console blocks that show output.
 * @param {string} text of README.md
 * @returns {Shown[]}
 */
export function shownCommands(text) {
  /** @type {Shown[]} */
  const shown = [];
  for (const [, body = ''] of text.matchAll(/^```console\n([\s\S]*?)^```$/gm)) {
    for (const line of body.trimEnd().split('\n')) {
      if (line.startsWith('$ ')) shown.push({ command: line.slice(2), lines: [] });
      else shown.at(-1)?.lines.push(line);
    }
  }
  return shown.filter(({ lines }) => lines.length > 0);
}

/** @param {string} line */
function comparable(line) {
  return VOLATILE.test(line) ? line.replace(/[\d,.]+/g, '#').replace(/ +/g, ' ') : line;
}

/**
 * Lines that are shown but not printed; a shown `...` stands for any lines. Order counts.
 * @param {readonly string[]} shown
 * @param {string} printed
 * @returns {string[]}
 */
export function missingLines(shown, printed) {
  let rest = printed.split('\n').map(comparable);
  /** @type {string[]} */
  const missing = [];
  let anywhere = false;
  for (const line of shown) {
    if (line === '...') {
      anywhere = true;
      continue;
    }
    const at = rest.indexOf(comparable(line));
    if (at === 0 || (at > 0 && anywhere)) rest = rest.slice(at + 1);
    else missing.push(line);
    anywhere = false;
  }
  return missing;
}

/**
 * @typedef {object} Report the fields of `berus run --json` that the table shows
 * @property {string} config
 * @property {{ rows: number, columns: number }} configuration
 * @property {number} cyclesPerImage
 * @property {number} utilization
 * @property {boolean} bitExact
 * @property {{ low: number, typical: number, high: number }} energyPerImage
 */

/**
 * The cells of a row of the table.
 * @param {Report} report
 * @returns {string[]}
 */
export function tableRow({ config, configuration, cyclesPerImage, utilization, bitExact, energyPerImage }) {
  /** @param {number} value @param {number} digits */
  const number = (value, digits) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const { low, typical, high } = energyPerImage;
  return [
    config,
    `${configuration.rows}x${configuration.columns}`,
    number(cyclesPerImage, 1),
    `${number(utilization * 100, 1)} %`,
    `${number(typical, 0)} (${number(low, 0)} to ${number(high, 0)})`,
    bitExact ? 'yes' : 'NO',
  ];
}

/** First cells of the table's header, by which it is found. */
const HEADER = /^\| config +\| cells +\|.*\n\|[ :|-]+\|\n((?:\|.*\n)*)/m;

/**
 * Rows of the table in README.md, as cells.
 * @param {string} text
 * @returns {string[][]}
 */
export function tableRows(text) {
  const body = HEADER.exec(text)?.[1] ?? '';
  return body
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/**
 * README.md with other rows in its table.
 * @param {string} text
 * @param {readonly (readonly string[])[]} rows
 * @returns {string}
 */
export function withTableRows(text, rows) {
  const body = rows.map((row) => `| ${row.join(' | ')} |\n`).join('');
  return text.replace(HEADER, (all, old) => `${all.slice(0, all.length - old.length)}${body}`);
}
