// SPDX-License-Identifier: Apache-2.0
// Counting answers, by hand.

import { describe, expect, it } from 'vitest';
import { confusionOf } from '../../src/evaluate/index.ts';

describe('confusion', () => {
  it('should count answers by label, the first of equal scores', () => {
    const scores = [3, 1, 0, 5, 5, 0, 0, 1, 2, 7, 7, 7];
    expect(confusionOf(scores, Uint8Array.of(0, 1, 2, 0), 3)).toEqual({
      images: 4,
      correct: 3,
      accuracy: 0.75,
      matrix: [
        [2, 0, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
      classes: [
        { class: 0, images: 2, correct: 2, accuracy: 1 },
        { class: 1, images: 1, correct: 0, accuracy: 0 },
        { class: 2, images: 1, correct: 1, accuracy: 1 },
      ],
    });
  });

  it('should have no accuracy of a class without images', () => {
    expect(confusionOf([1, 2], Uint8Array.of(1), 2).classes[0]).toEqual({
      class: 0,
      images: 0,
      correct: 0,
      accuracy: null,
    });
  });

  it('should refuse scores or labels that do not fit', () => {
    expect(() => confusionOf([1, 2, 3], Uint8Array.of(1), 2)).toThrow('Expected 1 x 2 scores, but received 3.');
    expect(() => confusionOf([1, 2], Uint8Array.of(2), 2)).toThrow('Expected labels below 2, but received 2.');
  });
});
