// SPDX-License-Identifier: Apache-2.0

import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildAddon, cacheFolder, CacheError, loadAddon, type AddonOptions } from '../../sim/addon/index.ts';
import { makeCacheFolders } from '../../sim/addon/cache-folder.ts';
import { build } from '../../sim/index.ts';
import { compiledPackage, errorOf, fixture, setEnvironment, temporaryFolder, writeScript } from './support.ts';

interface Place {
  readonly folder: string;
  readonly cache: string;
  readonly options: AddonOptions;
  /** Lines that the compiler wrote, one for each time it ran, but for questions about versions. */
  runs(): string[];
}

/** The small addon with its own cache, and a compiler that keeps a log and can be made to hang. */
function copyAddon(): Place {
  const folder = temporaryFolder();
  cpSync(fixture('addon'), folder, { recursive: true });
  const cache = join(folder, 'cache');
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const compiler = writeScript(join(folder, 'c++'), [
    'case "$*" in *--version) exec c++ "$@";; esac',
    `echo $$ >> "$LOG"`,
    'if [ -e "$HANG" ]; then exec sleep 20; fi',
    'exec c++ "$@"',
  ]);
  setEnvironment({ BERUS_CACHE_DIR: cache, CXX: compiler, LOG: log, HANG: join(folder, 'hang') });
  return {
    folder,
    cache,
    options: { name: 'answer', sources: [join(folder, 'answer.cpp')], includeDirs: [folder] },
    runs: () => readFileSync(log, 'utf8').trim().split('\n').filter(Boolean),
  };
}

/** Starts another process that builds the addon and prints its answer. */
async function buildElsewhere({ options }: Place): Promise<ChildProcess> {
  const module = pathToFileURL(join(await compiledPackage(), 'sim/addon/index.js')).href;
  const code = `
    const { buildAddon, loadAddon } = await import(${JSON.stringify(module)});
    console.log(loadAddon(await buildAddon(${JSON.stringify(options)})).answer);
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout!.on('data', (data: Buffer) => (text += data.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  return text.trim();
}

/** Whether a small disk can be had. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'berus-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', folder]).status === 0;
  if (mounted) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

describe('cache folder', () => {
  it('should come from the environment', () => {
    setEnvironment({ BERUS_CACHE_DIR: '/a/b', XDG_CACHE_HOME: '/c' });
    expect(cacheFolder()).toBe('/a/b');
    setEnvironment({ BERUS_CACHE_DIR: undefined, XDG_CACHE_HOME: '/c' });
    expect(cacheFolder()).toBe('/c/berus');
    setEnvironment({ BERUS_CACHE_DIR: '', XDG_CACHE_HOME: undefined, HOME: '/home/x' });
    expect(cacheFolder()).toMatch(/^\/home\/x\/(\.cache|Library\/Caches)\/berus$/);
  });

  it.skipIf(process.platform !== 'linux')(
    'should be refused, not waited for, where no folder can be made',
    async () => {
      setEnvironment({ BERUS_CACHE_DIR: '/proc/x' });
      await expect(makeCacheFolders()).rejects.toThrow('but received /proc/x (ENOENT)');
    },
  );

  it('should be refused where a file has the name of one of its folders', async () => {
    const folder = temporaryFolder();
    setEnvironment({ BERUS_CACHE_DIR: folder });
    mkdirSync(join(folder, 'v1'));
    writeFileSync(join(folder, 'v1/entries'), '');
    await expect(makeCacheFolders()).rejects.toThrow(`but received ${folder} (EEXIST)`);
  });

  it('should refuse a wrong limit before any work, also when the build is there', async () => {
    const { options } = copyAddon();
    await buildAddon(options);
    const steps: string[] = [];
    const onProgress = (text: string): unknown => steps.push(text);
    const message = 'Expected BERUS_CACHE_BYTES to be a whole number of bytes, but received abc.';
    setEnvironment({ BERUS_CACHE_BYTES: 'abc' });
    await expect(buildAddon(options)).rejects.toThrow(message);
    await expect(build({ top: 'counter', sources: [fixture('counter.v')], onProgress })).rejects.toThrow(message);
    expect(steps).toEqual([]);
  });

  it('should be named in one line when it cannot be written', async () => {
    const { options } = copyAddon();
    setEnvironment({ BERUS_CACHE_DIR: '/dev/null/x' });
    const error = await errorOf(CacheError, buildAddon(options));
    expect(error).toMatchObject({ folder: '/dev/null/x', code: 'ENOTDIR' });
    expect(error.message).toBe(
      'Expected a cache folder that can be written, but received /dev/null/x (ENOTDIR); set BERUS_CACHE_DIR to another folder.',
    );
    const model = await errorOf(CacheError, build({ top: 'counter', sources: [fixture('counter.v')] }));
    expect(model.message).toBe(error.message);
  });
});

describe('cache entries', () => {
  it('should be found again by another process', async () => {
    const place = copyAddon();
    await buildAddon(place.options);
    const runs = place.runs().length;
    expect(await outputOf(await buildElsewhere(place))).toBe('42');
    expect(place.runs()).toHaveLength(runs);
  });

  it('should be built once by processes at the same time', async () => {
    const place = copyAddon();
    const children = await Promise.all([1, 2, 3].map(() => buildElsewhere(place)));
    expect(await Promise.all(children.map(outputOf))).toEqual(['42', '42', '42']);
    expect(place.runs()).toHaveLength(2);
  });

  it.each<[string, (path: string) => void]>([
    ['cut short', (path) => truncateSync(path, 100)],
    ['gone', (path) => rmSync(path)],
    [
      'changed in place',
      (path) => {
        const content = readFileSync(path);
        content[content.length >> 1]! ^= 1;
        writeFileSync(path, content);
      },
    ],
  ])('should be built again when a file is %s', async (_, damage) => {
    const place = copyAddon();
    const path = await buildAddon(place.options);
    const intact = readFileSync(path);
    damage(path);
    expect(await buildAddon(place.options)).toBe(path);
    expect(readFileSync(path).equals(intact)).toBe(true);
    expect(loadAddon<{ answer: number }>(path).answer).toBe(42);
  });

  it('should be used when a file was written again, but is the same', async () => {
    const place = copyAddon();
    const path = await buildAddon(place.options);
    writeFileSync(path, readFileSync(path));
    utimesSync(path, 1, 1);
    const runs = place.runs().length;
    expect(await outputOf(await buildElsewhere(place))).toBe('42');
    expect(place.runs()).toHaveLength(runs);
  });

  it('should be built again when the manifest or the index is damaged', async () => {
    const place = copyAddon();
    const path = await buildAddon(place.options);
    writeFileSync(join(path, '../entry.json'), '{"files":');
    expect(await buildAddon(place.options)).toBe(path);
    const index = join(place.cache, 'v1/index');
    for (const name of readdirSync(index)) writeFileSync(join(index, name), '{"results":[{}]}');
    expect(await buildAddon(place.options)).toBe(path);
  });

  it('should go, the longest unused first, when all together are too large', async () => {
    const place = copyAddon();
    const first = await buildAddon(place.options);
    // Entries that this process uses stay; those of others go.
    setEnvironment({ BERUS_CACHE_BYTES: '1' });
    const other = copyAddon();
    setEnvironment({ BERUS_CACHE_DIR: place.cache });
    expect(await outputOf(await buildElsewhere(other))).toBe('42');
    expect(existsSync(first)).toBe(false);
    expect(readdirSync(join(place.cache, 'v1/tmp'))).toEqual([]);
    setEnvironment({ BERUS_CACHE_BYTES: 'much' });
    writeFileSync(join(place.folder, 'answer.hpp'), 'constexpr int answer = 1;\n');
    await expect(buildAddon(place.options)).rejects.toThrow(
      'Expected BERUS_CACHE_BYTES to be a whole number of bytes, but received much.',
    );
  });
});

describe('a build that fails or is killed', () => {
  it('should leave nothing', async () => {
    const place = copyAddon();
    writeFileSync(join(place.folder, 'answer.hpp'), '#error no answer\n');
    await expect(buildAddon(place.options)).rejects.toThrow('no answer');
    for (const part of ['entries', 'tmp', 'locks', 'index']) {
      expect(readdirSync(join(place.cache, 'v1', part))).toEqual([]);
    }
  });

  it('should name a full disk, and be made good by the next one', async () => {
    const place = copyAddon();
    const full = join(place.folder, 'full');
    writeFileSync(full, '');
    const message = 'answer.cpp:1:1: fatal error: error writing to entry/object.o: No space left on device';
    const compiler = writeScript(join(place.folder, 'cxx'), [
      `if [ -e "$FULL" ] && [ "$1" != --version ]; then echo "${message}" >&2; exit 1; fi`,
      'exec c++ "$@"',
    ]);
    setEnvironment({ CXX: compiler.includes(' ') ? `'${compiler.replaceAll("'", `'\\''`)}'` : compiler, FULL: full });
    const error = await errorOf(CacheError, buildAddon(place.options));
    expect([error.code, error.message]).toEqual([
      'ENOSPC',
      `Expected a cache folder that can be written, but received ${cacheFolder()} (ENOSPC); set BERUS_CACHE_DIR to another folder.`,
    ]);
    expect(readdirSync(join(place.cache, 'v1/entries'))).toEqual([]);
    rmSync(full);
    expect(loadAddon<{ answer: number }>(await buildAddon(place.options)).answer).toBe(42);
  });

  // Only root may mount a disk of a size of its own.
  it.skipIf(!canMount())('should survive a disk that is really full', async () => {
    const place = copyAddon();
    mkdirSync(place.cache);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', place.cache]);
    onTestFinished(() => void execFileSync('umount', [place.cache]));
    writeFileSync(join(place.cache, 'filler'), Buffer.alloc(120_000));
    const error = await errorOf(CacheError, build({ top: 'counter', sources: [fixture('counter.v')] }));
    expect(error.code).toBe('ENOSPC');
    expect(readdirSync(join(place.cache, 'v1/entries'))).toEqual([]);
    expect(readdirSync(join(place.cache, 'v1/tmp'))).toEqual([]);
  });

  it('should neither block nor poison the next one', async () => {
    const place = copyAddon();
    const hang = join(place.folder, 'hang');
    writeFileSync(hang, '');
    const child = await buildElsewhere(place);
    await until(() => place.runs().length > 0);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    const compiler = Number(place.runs()[0]);
    expect(readdirSync(join(place.cache, 'v1/locks'))).toHaveLength(1);
    expect(readdirSync(join(place.cache, 'v1/tmp'))).toHaveLength(1);
    rmSync(hang);
    const start = performance.now();
    const path = await buildAddon(place.options);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(loadAddon<{ answer: number }>(path).answer).toBe(42);
    expect(readdirSync(join(place.cache, 'v1/tmp'))).toEqual([]);
    expect(readdirSync(join(place.cache, 'v1/locks'))).toEqual([]);
    process.kill(compiler, 'SIGKILL');
  });

  it('should let go of a lock whose owner stopped giving signs of life', async () => {
    const place = copyAddon();
    await buildAddon(place.options);
    const locks = join(place.cache, 'v1/locks');
    mkdirSync(locks, { recursive: true });
    const request = readdirSync(join(place.cache, 'v1/index'))[0]!.replace('.json', '');
    writeFileSync(join(locks, request), 'another-host~1~~x');
    utimesSync(join(locks, request), 0, 0);
    writeFileSync(join(place.folder, 'answer.hpp'), '#pragma once\nconstexpr int answer = 5;\n');
    expect(loadAddon<{ answer: number }>(await buildAddon(place.options)).answer).toBe(5);
  });
});
