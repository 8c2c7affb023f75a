// SPDX-License-Identifier: Apache-2.0
// Writes .npy files, right and wrong ones.

/** An .npy file of a header's text, padded as NumPy does, and the numbers' bytes. */
export function npyBytes(header: string, data: Uint8Array, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + header.length + 1) / 64) * 64 - start;
  const file = Buffer.alloc(start + length, ' ');
  file.write('\x93NUMPY', 'latin1');
  file[6] = version;
  file[7] = 0;
  if (version === 1) file.writeUInt16LE(length, 8);
  else file.writeUInt32LE(length, 8);
  file.write(header, start);
  file[start + length - 1] = 10;
  return Buffer.concat([file, data]);
}
