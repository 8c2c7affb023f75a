// SPDX-License-Identifier: Apache-2.0
// The text of `berus eval` for more classes than fit beside each other, and for layers without noise.

import { expect, it } from 'vitest';
import { evalReport, evalText } from '../../src/cli/eval-report.ts';
import { confusionOf } from '../../src/evaluate/index.ts';

const classes = 12;
const labels = Uint8Array.from({ length: 22 }, (_, image) => image % 11);
/** Right but for the second image of class 3; class 11 has no image. */
const scores = Float32Array.from({ length: labels.length * classes }, (_, i) => {
  const image = Math.floor(i / classes);
  return i % classes === (image === 14 ? 4 : labels[image]) ? 1 : 0;
});

it('should show the classes that fare worst, and an exact layer', () => {
  const layers = [
    { name: 'conv1', signalToNoise: 41.23 },
    { name: 'fc', signalToNoise: null },
  ];
  const report = evalReport(
    { network: 'twelve', device: 'kernel', bits: null, imageBits: null },
    { float: confusionOf(scores, labels, classes), layers },
  );
  expect(report).toMatchObject({ images: 22, correct: 21, floatCorrect: 21 });
  const lines = evalText(report).split('\n');
  expect(lines.slice(0, 5)).toEqual([
    'twelve, floating point: 95.45 % (21 of 22 images)',
    '',
    'the ten classes that fare worst',
    'class  images     right',
    '    3       2   50.00 %',
  ]);
  expect(lines).toHaveLength(4 + 10 + 1 + 3 + 1);
  expect(lines.slice(-4)).toEqual([
    'layer  codes against float, dB',
    'conv1                     41.2',
    'fc                       exact',
    '',
  ]);
});
