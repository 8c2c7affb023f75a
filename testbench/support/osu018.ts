// SPDX-License-Identifier: Apache-2.0

/** The Liberty file of Debian's qflow-tech-osu018; tests that want it are skipped without it. */
export const OSU018 = '/usr/share/qflow/tech/osu018/osu018_stdcells.lib';
