// SPDX-License-Identifier: Apache-2.0
// From the names of a netlist back to those of the RTL. Yosys names what it makes after the nearest signal:
// `core_u.array_u.gen_row[1].row_u.acc_SB_LUT4_O_3` is next to `acc`; nextpnr adds `_LC` or `_DFFLC`.

/** The signal of the RTL that a cell or net is named after, with its instances; empty where it has no such name. */
export function rtlName(name: string): string {
  const own = name
    .replace(/\$(nextpnr_|sb_|glb_|SB_|PACKER_|abc\$|auto\$|techmap).*$/, '')
    .replace(/_(SB_|TRELLIS_|CCU2C_|LUT[1-6]_|DFF[A-Z]*_|FD[CPRS]E_|CARRY4_|MUX)[A-Z0-9]*(_.*)?$/, '')
    .replace(/_(SB_[A-Z0-9]+)(_.*)?$/, '')
    .replace(/_(DFF)?LC$/, '')
    .replace(/_(RAM|CARRY)$/, '');
  return own.startsWith('$') ? '' : own;
}

/** The instances of a placed cell: those of the signal that it drives, where the RTL has that signal, else its own. */
export function placedPath({ name, net }: { readonly name: string; readonly net: string }): string {
  return instancePath(net !== '' && rtlName(net) === net ? net : name);
}

/**
 * Instances that a cell or net lies in, outermost first: `core_u.array_u`. In the RTL of here their names end in `_u`;
 * blocks of generate statements, which end otherwise, are left out.
 */
export function instancePath(name: string): string {
  return name
    .replace(/^\$(gbuf_|[^.]*\$)/, '')
    .split('.')
    .slice(0, -1)
    .map((part) => part.replace(/\[\d+\]$/, ''))
    .filter((part) => part.endsWith('_u'))
    .join('.');
}
