// SPDX-License-Identifier: Apache-2.0

/** 32-bit program words of a record. */
export const PROGRAM_WORDS = 40;
