// SPDX-License-Identifier: Apache-2.0
// The register map as TypeScript for the driver, and as a page for who writes another.

/** @typedef {import('./map.mjs').Access} Access */
/** @typedef {import('./map.mjs').Field} Field */
/** @typedef {import('./map.mjs').RegisterMap} RegisterMap */

/** @param {string} name such as soft_reset */
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** @param {number} value @param {number} digits */
const hex = (value, digits) => `0x${value.toString(16).padStart(digits, '0')}`;

/**
 * @param {RegisterMap} map
 * @returns {string} the text of src/device/registers.ts, not yet formatted
 */
export function typescriptOf({ registers }) {
  const entries = registers.map(({ name, offset, access, reset, about, fields }) => {
    const named = fields.filter((field) => field.name !== '');
    const list = named.map(
      (field) => `/** ${field.about} */\n${camel(field.name)}: { low: ${field.low}, width: ${field.width} },`,
    );
    const value = access === 'constant' ? ` value: ${hex(/** @type {number} */ (reset), 8)},` : '';
    return `/** ${about} */\n${name}: { offset: ${hex(offset, 2)},${value} fields: {${list.length > 0 ? `\n${list.join('\n')}\n` : ''}} },`;
  });
  return `// SPDX-License-Identifier: Apache-2.0
// The registers of rtl/adder_top.v. Made from rtl/registers.json by \`npm run registers\`: change that file, not this one.

/** Registers by name: where they are, in bytes, what constants are, and the bits of their fields. */
export const REGISTERS = {
${entries.join('\n')}
} as const;
`;
}

/** @type {Readonly<Record<Access, string>>} */
const ACCESS = {
  constant: 'read only',
  read: 'read only',
  write: 'read, write',
  pulse: 'write 1',
  event: 'read, write 1 to clear',
};

/** @param {Field} field */
const bits = ({ low, width }) => (width === 1 ? `${low}` : `${low + width - 1}:${low}`);

/** @param {string} text fit for a cell of a table */
const cell = (text) => text.replaceAll('|', '\\|');

/**
 * @param {RegisterMap} map
 * @returns {string} the text of docs/registers.md, not yet formatted
 */
export function markdownOf({ registers }) {
  const rows = registers.map(
    ({ name, offset, access, reset, about }) =>
      `| ${hex(offset, 2)} | ${name} | ${ACCESS[access]} | ${reset === undefined ? '' : hex(reset, 8)} | ${cell(about)} |`,
  );
  const parts = registers
    .filter(({ fields }) => fields.some(({ name }) => name !== ''))
    .map(({ name, access, fields }) => {
      const list = fields.map((field) => {
        const other = field.access === access ? '' : ` (${ACCESS[field.access]})`;
        return `| ${bits(field)} | ${field.name}${other} | ${cell(field.about)} |`;
      });
      return `## ${name}\n\n| bits | field | meaning |\n| --- | --- | --- |\n${list.join('\n')}\n`;
    });
  return `<!-- Made from rtl/registers.json by \`npm run registers\`: change that file, not this one. -->

# Registers

What a host sees on the AXI4-Lite port of \`rtl/adder_top.v\`: 32-bit registers at multiples of 4. A write changes the bytes
that its strobes choose. Writing a register that is read only, and any access to another address, is answered with SLVERR
and changes nothing; such a read gives 0. Bits that no field has read 0. \`rst\` gives every register its value after reset;
CONTROL.soft_reset leaves all of them but BATCHES and DROPPED as they are.

| offset | register | access | after reset | meaning |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

${parts.join('\n')}`;
}
