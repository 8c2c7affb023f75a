// SPDX-License-Identifier: Apache-2.0
export { aladdin1ns, aladdin5ns, aladdinRegister } from './aladdin.ts';
export { cactiMemory, lpddr4 } from './cacti.ts';
export { horowitzArithmetic, horowitzDramHigh, horowitzDramLow, horowitzMemory } from './horowitz.ts';
