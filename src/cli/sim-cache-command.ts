// SPDX-License-Identifier: Apache-2.0
// `berus sim cache`: what the cache of built models holds, and emptying it.

import type { Command } from 'commander';
import { clearCache, listCache, type CacheListing } from '../../sim/index.ts';
import { jsonText, type Output } from './output.ts';

interface SimCacheOptions {
  readonly clear?: boolean;
  readonly json?: boolean;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const entryCount = (count: number): string => `${count} ${count === 1 ? 'entry' : 'entries'}`;

function listingText({ folder, entries, bytes, limit }: CacheListing): string {
  const lines = entries.map(({ about, bytes: size, usedAt }) => {
    const used = usedAt === 0 ? 'never'.padEnd(16) : new Date(usedAt).toISOString().slice(0, 16).replace('T', ' ');
    return `${used}  ${megabytes(size).padStart(10)}  ${about}\n`;
  });
  return `${lines.join('')}${entryCount(entries.length)}, ${megabytes(bytes)} of ${megabytes(limit)}, in ${folder}\n`;
}

/** Adds `berus sim cache` to `berus sim`. */
export function addSimCacheCommand(sim: Command, output: Output): void {
  sim
    .command('cache')
    .summary('list or clear the cache of built models')
    .description('Lists the cache of built models: when each entry was last used (UTC), its size, and what it is.')
    .option('--clear', 'remove every entry')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus sim cache --clear')
    .action(async ({ clear = false, json = false }: SimCacheOptions) => {
      const listing = await (clear ? clearCache() : listCache());
      const { folder, entries, bytes } = listing;
      if (json) output.out(jsonText(clear ? { ...listing, cleared: true } : listing));
      else if (clear) output.out(`removed ${entryCount(entries.length)}, ${megabytes(bytes)}, from ${folder}\n`);
      else output.out(listingText(listing));
    });
}
