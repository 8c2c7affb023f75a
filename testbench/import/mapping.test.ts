// SPDX-License-Identifier: Apache-2.0
// Names to layers: what matches, what is said of it, and what is refused.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImportOptions, type Imported, readMap, stateDict } from '../../src/import/index.ts';
import { mapTensors } from '../../src/import/import-model.ts';
import type { TensorFormat } from '../../src/import/read-tensors.ts';
import { batchNormEpsilon, type FloatModel, type Network, networkByName, twinOf } from '../../src/network/index.ts';
import { mapSize } from '../../src/network/geometry.ts';
import { singleTensor, type Tensor } from '../../src/network/tensor.ts';
import { layerOf } from '../support/layer-of.ts';
import { refusalOf, scratchFolder, smallModel } from './models.ts';

type Tensors = Map<string, Tensor>;

function imported(
  tensors: ReadonlyMap<string, Tensor>,
  network: Network,
  options: ImportOptions = {},
  format: TensorFormat = 'torch-zip',
): Imported {
  return mapTensors('FILE', { format, tensors, wrapper: undefined, others: [] }, network, {
    mean: [0.5, 0.25],
    deviation: [0.2, 0.1],
    ...options,
  });
}

const model = smallModel();
const { network } = model;

/** The small model as a state dict, after a change. */
function changed(change: (tensors: Tensors) => void): Tensors {
  const tensors: Tensors = new Map(stateDict(model));
  change(tensors);
  return tensors;
}

/** The same tensors by other names. */
function renamed(rename: (name: string) => string, from: ReadonlyMap<string, Tensor> = stateDict(model)): Tensors {
  return new Map([...from].map(([name, tensor]) => [rename(name), tensor] as const));
}

const refusal = (tensors: Tensors, options: ImportOptions = {}, format: TensorFormat = 'torch-zip'): string =>
  refusalOf('\0', () => imported(tensors, network, options, format));

const vector = (...values: number[]): Tensor => singleTensor([values.length], Float32Array.from(values));

describe('mapping by names', () => {
  it('should bring weights to the order of this project', () => {
    const one = { ...network, layers: [network.layers[0]!] };
    // [filter][channel][row][column] with its place as digits.
    const values = Float32Array.from(
      { length: 48 },
      (_, i) => 1000 * Math.floor(i / 12) + 100 * (Math.floor(i / 6) % 2) + 10 * (Math.floor(i / 3) % 2) + (i % 3),
    );
    const tensors = new Map([...stateDict(model), ['conv1.adder', singleTensor([4, 2, 2, 3], values)] as const]);
    const { weights } = imported(tensors, one).model.layers[0]!;
    const at = (f: number, row: number, column: number, c: number): number =>
      weights[((f * 2 + row) * 3 + column) * 2 + c]!;
    expect(at(3, 1, 2, 0)).toBe(3012);
    expect(at(2, 0, 1, 1)).toBe(2101);
    expect(at(0, 1, 0, 1)).toBe(110);
  });

  it('should read back what export names', () => {
    const { model: read, report } = imported(stateDict(model), network);
    expect(read).toEqual({ ...model, input: { ...model.input, padding: 'zero' } });
    expect(report).toMatchObject({
      network: 'small',
      by: 'names',
      prefix: '',
      counters: 0,
      extra: [],
      values: 48 + 24 + 4 * 7,
    });
    expect(report.layers[0]).toEqual({
      name: 'conv1',
      weight: 'conv1.adder',
      shape: [4, 2, 2, 3],
      dtype: 'F32',
      bias: null,
      norm: ['bn1.weight', 'bn1.bias', 'bn1.running_mean', 'bn1.running_var'],
      zeroVariances: 1,
    });
  });

  it.each(['resnet20', 'resnet32', 'vgg-small', 'lenet5', 'cifar-small'])(
    'should read back what export names (%s and its twin)',
    (name) => {
      for (const whole of [networkByName(name), twinOf(networkByName(name))]) {
        let next = 1;
        const some = (length: number): Float32Array =>
          Float32Array.from({ length }, () => (next = (next * 7919) % 8191));
        const random: FloatModel = {
          network: whole,
          input: {
            mean: [0.5, 0.5, 0.5].slice(0, whole.layers[0]!.input.channels),
            deviation: [1, 1, 1].slice(0, whole.layers[0]!.input.channels),
            padding: 'zero',
          },
          layers: whole.layers.map((layer) => ({
            layer,
            weights: some(
              layer.filters *
                mapSize({
                  height: layer.kernelHeight,
                  width: layer.kernelWidth,
                  channels: layer.input.channels / layer.groups,
                }),
            ),
            gamma: some(layer.filters),
            beta: some(layer.filters),
            mean: some(layer.filters),
            variance: some(layer.filters),
          })),
        };
        const { layers, ...rest } = imported(stateDict(random), whole, { ...random.input, strict: true }).model;
        expect(rest).toEqual({ network: whole, input: random.input });
        for (const [index, { layer: _, ...numbers }] of layers.entries()) {
          for (const [field, values] of Object.entries(numbers)) {
            const expected = random.layers[index]![field as keyof typeof numbers];
            expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from(expected.buffer)), field).toBe(0);
          }
        }
      }
    },
  );

  it.each<[string, (name: string) => string, string]>([
    ['a wrapper', (name) => `module.${name}`, 'module.'],
    ['two wrappers', (name) => `module._orig_mod.${name}`, 'module._orig_mod.'],
    ['normalisations beside their layers', (name) => name.replace(/^bn1/, 'conv1.bn'), ''],
    ['sequences', (name) => name.replace('conv1.adder', 'conv1.0.adder').replace(/^bn1/, 'conv1.1'), ''],
    ['weights that are called weights', (name) => name.replace('adder', 'weight'), ''],
    [
      "Keras's endings",
      (name) =>
        name
          .replace('bn1.weight', 'bn1.gamma')
          .replace('bn1.bias', 'bn1.beta')
          .replace('bn1.running_mean', 'bn1.moving_mean')
          .replace('bn1.running_var', 'bn1.moving_variance'),
      '',
    ],
  ])('should know %s', (_, rename, prefix) => {
    const { model: read, report } = imported(renamed(rename), network, { strict: true });
    expect(read.layers).toEqual(model.layers);
    expect(report).toMatchObject({ by: 'names', prefix });
  });

  it('should take a bias of sums into the mean', () => {
    const tensors = changed((t) => t.set('conv1.bias', vector(1, 2, 3, 4)));
    const { model: read, report } = imported(tensors, network);
    expect([...read.layers[0]!.mean]).toEqual([...model.layers[0]!.mean].map((mean, f) => mean - f - 1));
    expect(report.layers[0]!.bias).toBe('conv1.bias');
  });

  it('should take a layer that multiplies and has a bias without normalisation', () => {
    const tensors = changed((t) => {
      for (const ending of ['weight', 'bias', 'running_mean', 'running_var']) t.delete(`fc.bn.${ending}`);
      t.set('fc.bias', vector(7, 8, 9));
      t.set('fc.weight', { ...t.get('fc.weight')!, shape: [3, 8] });
    });
    const { layers } = imported(tensors, network, { strict: true }).model;
    const { gamma, beta, mean, variance, weights } = layers[1]!;
    expect([...beta]).toEqual([7, 8, 9]);
    expect([...mean]).toEqual([0, 0, 0]);
    expect(gamma[0]! / Math.sqrt(variance[0]! + batchNormEpsilon)).toBeCloseTo(1, 6);
    expect(weights).toEqual(model.layers[1]!.weights);
    tensors.delete('fc.bias');
    expect(refusal(tensors)).toContain('without fc.bn.weight, fc.bn.bias, fc.bn.running_mean, fc.bn.running_var.');
  });

  it('should ask for the normalisation of a layer that adds, bias or not', () => {
    const tensors = changed((t) => {
      for (const ending of ['weight', 'bias', 'running_mean', 'running_var']) t.delete(`bn1.${ending}`);
      t.set('conv1.bias', vector(1, 2, 3, 4));
    });
    expect(refusal(tensors)).toContain('without bn1.weight, bn1.bias, bn1.running_mean, bn1.running_var.');
  });

  it('should know depthwise layers', () => {
    const layer = layerOf({
      name: 'dw',
      input: { height: 3, width: 3, channels: 4 },
      kernelHeight: 3,
      kernelWidth: 3,
      filters: 4,
      groups: 4,
    });
    const tensors = new Map([
      [
        'dw.weight',
        singleTensor(
          [4, 1, 3, 3],
          Float32Array.from({ length: 36 }, (_, i) => i),
        ),
      ],
      ...['weight', 'bias', 'running_mean', 'running_var'].map(
        (ending) => [`dw.bn.${ending}`, vector(1, 2, 3, 4)] as const,
      ),
    ]);
    const { weights } = imported(
      tensors,
      { name: 'deep', layers: [layer] },
      { mean: [0, 0, 0, 0], deviation: [1, 1, 1, 1] },
    ).model.layers[0]!;
    expect([...weights]).toEqual(Array.from({ length: 36 }, (_, i) => i));
  });

  it('should ignore counters, and name what else is left', () => {
    const tensors = changed((t) => {
      t.set('bn1.num_batches_tracked', vector(5));
      t.set('aux.weight', vector(1));
      t.set('aux.bias', vector(NaN));
    });
    expect(imported(tensors, network).report).toMatchObject({ counters: 1, extra: ['aux.weight', 'aux.bias'] });
    expect(refusal(tensors, { strict: true })).toBe(
      'Expected FILE to hold nothing but the layers of small, but received aux.weight, aux.bias.',
    );
  });

  it.each<[string, (tensors: Tensors) => void, string]>([
    [
      'missing weights',
      (t) => t.delete('conv1.adder'),
      'Expected FILE to hold all tensors of small, but received it without conv1.adder or conv1.weight.',
    ],
    ['a missing variance', (t) => t.delete('bn1.running_var'), 'but received it without bn1.running_var.'],
    [
      'nothing',
      (t) => t.clear(),
      'without conv1.adder or conv1.weight, bn1.weight, bn1.bias, bn1.running_mean, bn1.running_var, fc.weight or fc.adder, fc.bn.weight, fc.bn.bias and 2 more.',
    ],
    [
      'weights twice',
      (t) => t.set('conv1.weight', t.get('conv1.adder')!),
      'hold one of conv1.adder and conv1.weight as weights, but received both',
    ],
    [
      'a wrong shape',
      (t) => t.set('conv1.adder', singleTensor([4, 2, 3, 2], new Float32Array(48))),
      'Expected FILE to hold conv1.adder as [4, 2, 2, 3] or [4, 12] for layer conv1, but received [4, 2, 3, 2].',
    ],
    [
      'a wrong length',
      (t) => t.set('bn1.bias', vector(1, 2)),
      'hold bn1.bias as [4] for layer conv1, but received [2].',
    ],
    [
      'a number that is none',
      (t) => t.set('bn1.bias', vector(1, 2, NaN, 4)),
      'hold bn1.bias as finite numbers, but received NaN at 2.',
    ],
    [
      'an infinite weight',
      (t) => t.set('fc.weight', singleTensor([3, 4, 2, 1], new Float32Array(24).fill(Infinity))),
      'hold fc.weight as finite numbers, but received Infinity at 0.',
    ],
    [
      'a negative variance',
      (t) => t.set('bn1.running_var', vector(1, -1e-9, 1, 1)),
      'finite numbers, none negative, but received -9.999999717180685e-10 at 1.',
    ],
    [
      'a double beyond singles',
      (t) =>
        t.set('bn1.bias', { dtype: 'F64', shape: [4], bytes: new Uint8Array(Float64Array.of(1e300, 0, 0, 0).buffer) }),
      'hold bn1.bias as finite numbers, but received Infinity at 0.',
    ],
  ])('should refuse %s', (_, change, message) => {
    expect(refusal(changed(change))).toContain(message);
  });

  it('should say so where the last normalisation of a residual network is missing', () => {
    const tensors: Tensors = new Map([['fc.weight', singleTensor([10, 64, 1, 1], new Float32Array(640))]]);
    const options = { mean: [0, 0, 0], deviation: [1, 1, 1] };
    expect(refusalOf('\0', () => imported(tensors, networkByName('resnet20'), options))).toMatch(
      /without conv1\.weight or conv1\.adder, bn1\.weight, .* and \d+ more\.$/,
    );
  });
});

describe('mapping by order', () => {
  const other = renamed((name) =>
    name
      .replace('conv1.adder', 'features.0.weight')
      .replace('bn1', 'features.1')
      .replace('fc.bn', 'classifier.1')
      .replace('fc.', 'classifier.0.'),
  );

  it('should be used where names say nothing and every shape agrees, and be said', () => {
    const { model: read, report } = imported(other, network);
    expect(read.layers).toEqual(model.layers);
    expect(report.by).toBe('order');
    expect(report.layers.map(({ weight }) => weight)).toEqual(['features.0.weight', 'classifier.0.weight']);
  });

  it('should not be used for files whose names are sorted, or where a shape disagrees', () => {
    expect(refusal(other, {}, 'safetensors')).toContain('but received it without conv1.adder or conv1.weight');
    const wrong = new Map([...other, ['classifier.1.bias', vector(1)] as const]);
    expect(refusal(wrong)).toContain('but received it without conv1.adder or conv1.weight');
    const more = new Map([...other, ['more.weight', singleTensor([1, 1], new Float32Array(1))] as const]);
    expect(refusal(more)).toContain('but received it without conv1.adder or conv1.weight');
  });
});

describe('mapping by a file', () => {
  const folder = scratchFolder();
  const path = join(folder, 'map.json');
  const mapOf = (value: unknown): ReturnType<typeof readMap> => {
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
    return readMap(path);
  };

  it('should name tensors, axes and normalisations; the rest is found by name', () => {
    const first = model.layers[0]!;
    const tensors = changed((t) => {
      t.delete('conv1.adder');
      // [row][column][channel][filter], as Keras has it.
      const turned = Float32Array.from({ length: 48 }, (_, i) => first.weights[(i % 4) * 12 + Math.floor(i / 4)]!);
      t.set('kernel', singleTensor([2, 3, 2, 4], turned));
      for (const [name, ending] of [
        ['g', 'weight'],
        ['o', 'bias'],
        ['m', 'running_mean'],
        ['v', 'running_var'],
      ] as const) {
        t.set(name, t.get(`bn1.${ending}`)!);
        t.delete(`bn1.${ending}`);
      }
    });
    const map = mapOf({
      conv1: { weight: 'kernel', axes: 'hwcf', norm: { gamma: 'g', beta: 'o', mean: 'm', variance: 'v' } },
    });
    const { model: read, report } = imported(tensors, network, { map, strict: true });
    expect(read.layers).toEqual(model.layers);
    expect(report.by).toBe('map');
  });

  it('should say that a layer has no normalisation and no bias', () => {
    const map = mapOf({ conv1: { norm: null, bias: null } });
    const tensors = changed((t) => t.set('conv1.bias', vector(1, 2, 3, 4)));
    const { model: read, report } = imported(tensors, network, { map });
    expect([...read.layers[0]!.beta]).toEqual([0, 0, 0, 0]);
    expect(report.layers[0]).toMatchObject({ norm: null, bias: null });
    expect(report.extra).toContain('conv1.bias');
  });

  it.each<[string, unknown, string]>([
    ['a tensor that is not there', { conv1: { weight: 'none' } }, 'but received it without none.'],
    ['a bias that is not there', { conv1: { bias: 'none' } }, 'but received it without none.'],
    [
      'a normalisation that is not there',
      { conv1: { norm: 'none' } },
      'without none.weight, none.bias, none.running_mean, none.running_var.',
    ],
    ['a layer that is not there', { conv9: {} }, 'Expected the mapping to name layers of small, but received conv9.'],
    ['wrong axes', { conv1: { axes: 'fcxx' } }, 'a wrong conv1.axes: the letters f, c, h and w in some order'],
    [
      'an unknown field',
      { conv1: { weights: 'x' } },
      'Expected FILE to map layers to tensors, but received a wrong conv1',
    ],
    ['a list', [], 'to map layers to tensors'],
    ['no JSON', '{', 'Expected FILE to hold JSON, but received other text.'],
  ])('should refuse %s', (_, value, message) => {
    expect(refusalOf(path, () => imported(new Map(stateDict(model)), network, { map: mapOf(value) }))).toContain(
      message,
    );
  });

  it('should refuse a mapping that is not there, or large', () => {
    expect(refusalOf(path, () => mapOf(' '.repeat(2 ** 20 + 1)))).toBe(
      'Expected FILE to be a file that can be read, but received 1048577 bytes.',
    );
    const none = join(folder, 'none.json');
    expect(refusalOf(none, () => readMap(none))).toContain('ENOENT');
  });
});

describe('scaling of pixels', () => {
  it('should be the usual one of the pictures, or what is given', () => {
    const small = imported(stateDict(model), network, { mean: [0, 1], padding: 'black' }).model.input;
    expect(small).toEqual({ mean: [0, 1], deviation: [0.2, 0.1], padding: 'black' });
    const without = (options: ImportOptions): string =>
      refusalOf('\0', () =>
        mapTensors(
          'FILE',
          { format: 'npz', tensors: stateDict(model), wrapper: undefined, others: [] },
          network,
          options,
        ),
      );
    expect(without({ deviation: [1, 1] })).toBe(
      'Expected the mean of 3x3x2 pictures, but received none and know none.',
    );
    expect(without({ mean: [0, 0], deviation: [1, 0] })).toBe(
      'Expected the deviation to be finite numbers above 0, one for each of 2 channels, but received 1,0.',
    );
    expect(without({ mean: [0], deviation: [1, 1] })).toBe(
      'Expected the mean to be finite numbers, one for each of 2 channels, but received 0.',
    );
  });
});
