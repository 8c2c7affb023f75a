// SPDX-License-Identifier: Apache-2.0
// Checkpoints as files: what they keep, and every way in which one can be wrong.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { lenet5, twinOf } from '../../src/network/index.ts';
import { decodeTensors, encodeTensors } from '../../src/network/safetensors.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { checkCourse, type Course, readCheckpoint, restore, writeCheckpoint } from '../../src/train/checkpoint.ts';
import { initModel } from '../../src/train/model.ts';
import { restingVelocities } from '../../src/train/optimizer.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const course: Course = { network: lenet5, data: 'abc', options: { seed: 7, augmentation: 'none' } };
const history = [{ epoch: 1, loss: 0.5, accuracy: 0.9 }];

function learner(seed: number) {
  const model = initModel(lenet5, { mean: [0], deviation: [1], padding: 'black' }, seed);
  const velocities = restingVelocities(model);
  for (const { weights } of velocities) weights.forEach((_, i) => (weights[i] = seed + i / 7));
  return { model, velocities, history };
}

function written(name = 'a'): { path: string; file: Buffer } {
  const path = join(folder, name);
  writeCheckpoint(path, course, learner(3));
  return { path, file: readFileSync(path) };
}

describe('a checkpoint', () => {
  it('should bring back what was learned, bit by bit', () => {
    const { path } = written();
    const [kept, wanted, other] = [readCheckpoint(path), learner(3), learner(4)];
    checkCourse(kept, course);
    restore(kept, other.model, other.velocities);
    expect(other).toEqual(wanted);
    expect(kept.history).toEqual(history);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it.each([
    ['another network', { network: twinOf(lenet5) }, 'Expected network lenet5 as in', 'but received lenet5-cnn.'],
    [
      'other layers',
      { network: { ...lenet5, layers: lenet5.layers.slice(1) } },
      'Expected network lenet5 as in',
      'but received lenet5 with other layers.',
    ],
    ['other data', { data: 'abd' }, 'Expected the checksum of the training data to be abc as in', 'received abd.'],
    ['another seed', { options: { ...course.options, seed: 8 } }, 'Expected seed to be 7 as in', 'received 8.'],
    ['one option less', { options: { seed: 7 } }, 'Expected augmentation to be none as in', 'received left out.'],
    [
      'one option more',
      { options: { ...course.options, bits: 2 } },
      'Expected bits to be left out as in',
      'received 2.',
    ],
  ])('should refuse to go on with %s', (_, change, start, end) => {
    const kept = readCheckpoint(written().path);
    const attempt = (): void => checkCourse(kept, { ...course, ...change });
    expect(attempt).toThrow(start);
    expect(attempt).toThrow(end);
  });

  const changed = (name: string, change: (file: ReturnType<typeof decodeTensors>) => void): string => {
    const { path, file } = written(name);
    const { metadata, tensors } = decodeTensors(path, file);
    const open = { metadata: { ...metadata }, tensors: new Map(tensors) };
    change(open);
    writeFileSync(path, encodeTensors(open));
    return path;
  };

  it.each([
    ['another version', { version: '2' }, 'to be a checkpoint with version 1, but received 2.'],
    [
      'another format',
      { format: 'berus-float' },
      'to be a checkpoint with format berus-checkpoint, but received berus-float.',
    ],
    ['a history that is none', { history: '[1]' }, 'to have a history, but received a wrong 0'],
    ['options that are none', { options: '[' }, 'to have options as JSON, but received [.'],
  ])('should be refused when it has %s', (_, metadata, message) => {
    const path = changed('b', (file) => Object.assign(file.metadata, metadata));
    expect(() => readCheckpoint(path)).toThrow(message);
  });

  it.each([
    ['lacks a tensor', 'delete', 'to hold conv1.weights as F32 [150], but received none.'],
    ['has a tensor of another shape', 'shorten', 'to hold conv1.weights as F32 [150], but received F32 [75].'],
    ['has a tensor more', 'add', "to hold no tensors but its layers', but received more."],
  ] as const)('should be refused when it %s', (_, how, message) => {
    const path = changed('c', ({ tensors }) => {
      const map = tensors as Map<string, Tensor>;
      const { bytes, ...rest } = map.get('conv1.weights')!;
      if (how === 'delete') map.delete('conv1.weights');
      else if (how === 'add') map.set('more', { bytes, ...rest });
      else map.set('conv1.weights', { ...rest, shape: [75], bytes: bytes.subarray(0, 300) });
    });
    const { model, velocities } = learner(3);
    expect(() => restore(readCheckpoint(path), model, velocities)).toThrow(message);
  });

  it('should be refused, never half read, when bytes are changed or missing', () => {
    const { file } = written();
    const path = join(folder, 'd');
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, cut) => {
        const broken = cut ? file.subarray(0, at) : Buffer.from(file);
        if (!cut) broken[at]! ^= change;
        writeFileSync(path, broken);
        expect(() => readCheckpoint(path)).toThrow(/^Expected /);
      }),
      { numRuns: 200 },
    );
  });

  it('should keep the former file when there is no room or no right to write', () => {
    const { path, file } = written('e');
    expect(() => writeCheckpoint('/dev/full', course, learner(5))).toThrow('to be a file that can be written');
    expect(() => writeCheckpoint(folder, course, learner(5))).toThrow('to be a file that can be written');
    expect(() => writeCheckpoint(join(folder, 'none', 'e'), course, learner(5))).toThrow('but received ENOENT.');
    expect(readFileSync(path).equals(file)).toBe(true);
  });
});
