// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { trainingCurve } from '../../src/report/index.ts';

describe('the curve of a training', () => {
  it('should show loss and errors, epoch by epoch', () => {
    const curve = trainingCurve('net', [
      { epoch: 1, loss: 0.5, accuracy: 0.8 },
      { epoch: 2, loss: 0.25, accuracy: 0.9 },
    ]);
    expect([...curve.matchAll(/<title>([^<]*)</g)].map(([, title]) => title)).toEqual([
      'net: loss of training images',
      'net: training images classified wrong',
    ]);
    // Twenty and ten per cent, at the ends of the frame.
    expect([...curve.matchAll(/class="tick y"[^>]*>([^<]*)</g)].map(([, text]) => text).slice(-3)).toEqual([
      '16',
      '18',
      '20',
    ]);
    expect([...curve.matchAll(/<circle /g)]).toHaveLength(4);
  });

  it('should take a single epoch', () => {
    expect(trainingCurve('net', [{ epoch: 1, loss: 0.5, accuracy: 1 }])).not.toContain('NaN');
  });
});
