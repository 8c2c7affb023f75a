// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { classOf, countCorrect } from '../../src/network/index.ts';
import { compareInference } from '../../src/device/index.ts';
import { expectedMaps, network } from '../report/fake-run.ts';

describe('compareInference', () => {
  it('should find nothing where every code is equal', () => {
    expect(compareInference(network, { maps: expectedMaps() }, expectedMaps())).toEqual([
      { mismatches: 0 },
      { mismatches: 0 },
    ]);
  });

  it('should name the first code that differs, and count all', () => {
    const maps = expectedMaps();
    // Image 1, 2x2x2: element 5 is row 1, column 0, channel 1.
    maps[0]![8 + 5] = 77;
    maps[0]![8 + 6] = 78;
    expect(compareInference(network, { maps }, expectedMaps())).toEqual([
      {
        mismatches: 2,
        first: { layer: 'first', image: 1, element: 5, row: 1, column: 0, channel: 1, got: 77, expected: 13 },
      },
      { mismatches: 0 },
    ]);
  });

  it('should refuse a map of another length', () => {
    const maps = [expectedMaps()[0]!, new Uint8Array(5)];
    expect(() => compareInference(network, { maps }, expectedMaps())).toThrow(
      'Expected 6 codes of layer second, but received 5.',
    );
    expect(() => compareInference(network, { maps: [] }, expectedMaps())).toThrow(
      'Expected 16 codes of layer first, but received none.',
    );
  });
});

describe('countCorrect', () => {
  it('should take the largest score as the class', () => {
    expect(countCorrect(Uint8Array.of(1, 2, 3, 9, 0, 8), Uint8Array.of(2, 0), 2)).toBe(2);
    expect(countCorrect(Uint8Array.of(1, 2, 3, 9, 0, 8), Uint8Array.of(2, 1), 2)).toBe(1);
  });

  it('should take the lowest index of equal scores', () => {
    expect(classOf(Uint8Array.of(0, 0, 0, 4, 9, 9), 1, 3)).toBe(1);
  });
});
