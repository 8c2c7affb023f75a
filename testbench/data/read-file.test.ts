// SPDX-License-Identifier: Apache-2.0
// What is no file, or too much, is refused before it is in memory.

import { openSync, ftruncateSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FILE_LIMIT, readDataFile } from '../../src/data/read-file.ts';
import { temporaryFolders } from './files.ts';

const make = temporaryFolders();

describe('a file of data', () => {
  it('should be unpacked where it is packed', () => {
    const folder = make({ plain: 'pixels', packed: gzipSync('pixels') });
    for (const name of ['plain', 'packed']) {
      expect(Buffer.from(readDataFile(join(folder, name), name)).toString()).toBe('pixels');
    }
  });

  it('should not be larger than the limit, packed or not', () => {
    const folder = make({ plain: Buffer.alloc(101), packed: gzipSync(Buffer.alloc(2 ** 24)) });
    expect(() => readDataFile(join(folder, 'plain'), 'plain', 100)).toThrow(
      'Expected plain to have at most 100 bytes, but received 101.',
    );
    expect(() => readDataFile(join(folder, 'packed'), 'packed', 2 ** 20)).toThrow(
      'Expected packed to have at most 1048576 bytes, but received more when unpacked.',
    );
    const file = openSync(join(folder, 'sparse'), 'w');
    ftruncateSync(file, FILE_LIMIT + 1);
    closeSync(file);
    expect(() => readDataFile(join(folder, 'sparse'), 'sparse')).toThrow('Expected sparse to have at most 1073741824');
  });

  it.each([
    ['/dev/zero', 'something else'],
    ['/', 'something else'],
    ['/nowhere', 'ENOENT'],
    ['a\0b', 'ERR_INVALID_ARG_VALUE'],
  ])('should be a file: %j', (path, received) => {
    expect(() => readDataFile(path, 'this')).toThrow(
      new RegExp(`^Expected this to be a file.* received ${received}\\.$`),
    );
  });
});
