// SPDX-License-Identifier: Apache-2.0
// Aladdin's 40 nm functional units (Shao et al., ISCA 2014), as the plug-ins of Accelergy distribute them.
// The units were characterised at two clock periods; a slower clock lets synthesis choose smaller gates.

import type { ArithmeticTable, RegisterTable } from '../table.ts';

const SOURCE = 'Shao et al., "Aladdin", ISCA 2014; figures of accelergy-aladdin-plug-in 5e2e126';

/** Units for a clock period of 1 ns. */
export const aladdin1ns: ArithmeticTable = {
  id: 'Aladdin 40 nm, 1 ns',
  source: SOURCE,
  process: '40 nm',
  voltage: 'not stated',
  date: '2014',
  rule: 'adders linear in the width, multipliers quadratic',
  add: [{ at: 32, picojoules: 0.21 }],
  multiply: [{ at: 32, picojoules: 12.68 }],
};

/** Units for a clock period of 5 ns. */
export const aladdin5ns: ArithmeticTable = {
  ...aladdin1ns,
  id: 'Aladdin 40 nm, 5 ns',
  add: [{ at: 32, picojoules: 0.0857 }],
  multiply: [{ at: 32, picojoules: 8.63 }],
};

/** The register; the same figure at both clock periods. */
export const aladdinRegister: RegisterTable = {
  id: 'Aladdin 40 nm register',
  source: SOURCE,
  process: '40 nm',
  voltage: 'not stated',
  date: '2014',
  rule: 'per bit and clock in which the register takes a value',
  picojoulesPerBit: 0.009,
};
