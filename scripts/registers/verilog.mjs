// SPDX-License-Identifier: Apache-2.0
// The register block as Verilog-2005: what the bus writes and reads, a port for each field.

/** @typedef {import('./map.mjs').Field} Field */
/** @typedef {import('./map.mjs').Register} Register */
/** @typedef {import('./map.mjs').RegisterMap} RegisterMap */

/** @param {number} value @param {number} bits @returns {string} such as 12'h040 */
const hex = (value, bits) => `${bits}'h${value.toString(16).padStart(Math.ceil(bits / 4), '0')}`;

/** @param {number} width @returns {string} such as [7:0], or '' for one bit */
const range = (width) => (width > 1 ? `[${width - 1}:0]` : '');

/** @param {Field} field @returns {string} its place in a 32-bit word */
const slice = ({ low, width }) => (width > 1 ? `[${low + width - 1}:${low}]` : `[${low}]`);

/** @param {Register} register */
const stem = ({ name }) => name.toLowerCase();

/** @param {Register} register */
const isWritable = ({ fields }) => fields.some(({ access }) => access !== 'read' && access !== 'constant');

/** @param {string} direction @param {number} width @param {string} name @param {string} about */
const port = (direction, width, name, about) => ({
  text: `${direction.padEnd(11)} ${range(width).padEnd(6)} ${name}`,
  about,
});

/** The port that says of a pulse that it comes. @param {{ signal: string }} field */
const nextOf = ({ signal }) => `${signal}_next`;

/** @param {Register} register @returns {{ text: string, about: string }[]} */
function portsOf(register) {
  const { access, strobe, fields } = register;
  const list = fields.flatMap((field) => {
    if (field.access === 'constant') return [];
    if (field.access === 'read') return [port('input  wire', field.width, field.signal, '')];
    if (field.access === 'event') return [port('input  wire', 1, `${field.signal}_set`, '')];
    if (field.access === 'write') return [port('output reg', field.width, field.signal, '')];
    return [
      port('output wire', field.width, nextOf(field), 'in the clock before'),
      port('output reg', field.width, field.signal, 'for a clock'),
    ];
  });
  if (access === 'event') list.push(port('output reg', fields.length, stem(register), ''));
  if (strobe) list.push(port('output wire', 1, `${stem(register)}_read`, 'it is being read'));
  return list;
}

/** Lines for groups of ports, an empty one between groups. @param {readonly { text: string, about: string }[][]} all */
function portLines(all) {
  const groups = all.filter((group) => group.length > 0);
  const width = Math.max(...groups.flat().map(({ text }) => text.length)) + 1;
  const last = groups.at(-1)?.at(-1);
  return groups.flatMap((group, i) => [
    ...(i === 0 ? [] : ['']),
    ...group.map((one) => {
      const line = `${one.text}${one === last ? '' : ','}`;
      return `    ${one.about === '' ? line : `${line.padEnd(width)}   // ${one.about}`}`;
    }),
  ]);
}

/** What a read gives. @param {Register} register @returns {string} */
function readValue(register) {
  const { access, reset, fields } = register;
  if (access === 'constant') return hex(reset ?? 0, 32);
  if (access === 'event') return `{${32 - fields.length}'d0, ${stem(register)}}`;
  /** @type {string[]} */
  const parts = [];
  let next = 32;
  for (const field of fields.toSorted((a, b) => b.low - a.low)) {
    const gap = next - field.low - field.width;
    if (gap > 0) parts.push(`${gap}'d0`);
    parts.push(field.access === 'pulse' ? "1'b0" : field.signal);
    next = field.low;
  }
  if (next > 0) parts.push(`${next}'d0`);
  return parts.length > 1 ? `{${parts.join(', ')}}` : parts.join('');
}

/** Assignments under the clock, and those under the reset. @param {Register} register */
function clocked(register) {
  const { access, reset, fields } = register;
  const on = `write_${stem(register)}`;
  if (access === 'event') {
    const bits = range(fields.length);
    const set = fields.toReversed().map(({ signal }) => `${signal}_set`);
    return {
      next: [
        `${stem(register)} <= (${stem(register)} & ~(write_data${bits} & write_mask${bits} & {${fields.length}{${on}}})) | {`,
        ...set.map((name, i) => `    ${name}${i === set.length - 1 ? '' : ','}`),
        '};',
      ],
      reset: [`${stem(register)} <= ${fields.length}'d0;`],
    };
  }
  const written = fields.filter((field) => field.access === 'write' || field.access === 'pulse');
  return {
    next: written.flatMap((field) => {
      const [data, mask] = [`write_data${slice(field)}`, `write_mask${slice(field)}`];
      return field.access === 'pulse'
        ? [`${field.signal} <= ${nextOf(field)};`]
        : [`if (${on})`, `    ${field.signal} <= (${field.signal} & ~${mask}) | (${data} & ${mask});`];
    }),
    reset: written.map(
      ({ signal, low, width }) => `${signal} <= ${hex(((reset ?? 0) / 2 ** low) % 2 ** width, width)};`,
    ),
  };
}

/**
 * @param {RegisterMap} map
 * @returns {string} the text of the module's file
 */
export function verilogOf({ module, addressBits, registers }) {
  const writable = registers.filter(isWritable);
  const address = (/** @type {Register} */ { offset }) => hex(offset, addressBits);
  const bus = [
    port('input  wire', 1, 'clk', ''),
    port('input  wire', 1, 'rst', ''),
    port('input  wire', 1, 'write', 'for a clock; nothing changes where nothing is found'),
    port('input  wire', addressBits, 'write_address', 'in bytes'),
    port('input  wire', 32, 'write_data', ''),
    port('input  wire', 32, 'write_mask', 'bits to write'),
    port('output wire', 1, 'write_found', 'a register that can be written is there'),
    port('input  wire', 1, 'read', 'for a clock'),
    port('input  wire', addressBits, 'read_address', ''),
    port('output reg', 32, 'read_data', 'in the same clock; 0 where nothing is found'),
    port('output reg', 1, 'read_found', ''),
  ];
  const strobes = registers.filter(({ strobe }) => strobe);
  const steps = writable.map(clocked);
  const indent = (/** @type {readonly string[]} */ lines, /** @type {number} */ by) =>
    lines.map((line) => `${' '.repeat(by)}${line}`);
  const widest = Math.max(...writable.map(({ name }) => name.length));
  return [
    '// SPDX-License-Identifier: Apache-2.0',
    `// ${module}: the registers that the host sees, described in docs/registers.md.`,
    '//',
    '// Made from registers.json by `npm run registers`: change that file, not this one.',
    '// An event in the clock of its clearing wins.',
    '',
    '`default_nettype none',
    '',
    `module ${module} (`,
    ...portLines([bus, ...registers.map(portsOf)]),
    ');',
    '',
    ...writable.map(
      (register) =>
        `wire ${`write_${stem(register)}`.padEnd(widest + 6)} = write & write_address == ${address(register)};`,
    ),
    '',
    'assign write_found =',
    ...writable.map(
      (register, i) => `    write_address == ${address(register)}${i === writable.length - 1 ? ';' : ' |'}`,
    ),
    '',
    ...writable.flatMap((register) =>
      register.fields
        .filter(({ access }) => access === 'pulse')
        .map(
          (field) =>
            `assign ${nextOf(field)} = write_${stem(register)} & write_data${slice(field)} & write_mask${slice(field)};`,
        ),
    ),
    '',
    ...strobes.map((register) => `assign ${stem(register)}_read = read & read_address == ${address(register)};`),
    '',
    'always @* begin',
    "    read_found = 1'b1;",
    '    case (read_address)',
    ...registers.map((register) => `        ${address(register)}: read_data = ${readValue(register)};`),
    '        default: begin',
    "            read_data  = 32'd0;",
    "            read_found = 1'b0;",
    '        end',
    '    endcase',
    'end',
    '',
    'always @(posedge clk) begin',
    ...steps.flatMap(({ next }) => indent(next, 4)),
    '    if (rst) begin',
    ...steps.flatMap(({ reset }) => indent(reset, 8)),
    '    end',
    'end',
    '',
    'endmodule',
    '',
    '`default_nettype wire',
    '',
  ].join('\n');
}
