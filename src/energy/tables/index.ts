// SPDX-License-Identifier: Apache-2.0
export { aladdin1ns, aladdin5ns, aladdinRegister } from './aladdin.ts';
export { cactiMemory, ddr3, gddr5, lpddr, lpddr4 } from './cacti.ts';
export { horowitzArithmetic, horowitzDramHigh, horowitzDramLow, horowitzMemory } from './horowitz.ts';
export { jouppiArithmetic, jouppiDdr4, jouppiHbm2, jouppiMemory } from './jouppi.ts';
