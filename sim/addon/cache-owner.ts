// SPDX-License-Identifier: Apache-2.0
// Names the process behind a lock or a temporary folder, so that what a killed
// process left can be told from what a living one uses. A process number comes
// back after a while; its start time does not.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, as its lock or folder names it. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** Start time in clock ticks, or the empty string where the system does not tell. */
  readonly start: string;
}

/** This process. */
export function thisProcess(): Owner {
  return { host: hostname().replace(/[^\w.-]/g, '_'), pid: process.pid, start: startTime(process.pid) };
}

/** Folder or file name that carries an owner. */
export function ownerName(owner: Owner, suffix: string): string {
  return `${owner.host}~${owner.pid}~${owner.start}~${suffix}`;
}

/** The owner in a name made by {@link ownerName}. */
export function parseOwner(name: string): Owner | undefined {
  const [host, pid, start, suffix] = name.split('~');
  if (host === undefined || start === undefined || suffix === undefined || !/^\d+$/.test(pid ?? '')) return undefined;
  return { host, pid: Number(pid), start };
}

/** Whether a process has ended for certain; one on another machine never has. */
export function hasEnded(owner: Owner): boolean {
  if (owner.host !== thisProcess().host) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return owner.start !== '' && startTime(owner.pid) !== owner.start;
}

function startTime(pid: number): string {
  try {
    // Field 22 of proc(5) stat, counted after the name, which may hold spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
