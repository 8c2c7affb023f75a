// SPDX-License-Identifier: Apache-2.0
// Networks: those that come with Berus, those of a user's own, and what is refused.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildNetwork,
  cifarSmall,
  classesOf,
  layerGeometry,
  lenet5,
  type Network,
  networkByName,
  networkNames,
  parseNetwork,
  pictureShape,
  resnet18,
  resnet20,
  resnet32,
  shortcutOf,
  sourceOf,
  twinOf,
  vggSmall,
} from '../../src/network/index.ts';

const sads = ({ layers }: Network, cell: string): number =>
  layers.filter((layer) => layer.cell === cell).reduce((sum, layer) => sum + layerGeometry(layer).sads, 0);
const weightsOf = ({ layers }: Network): number =>
  layers.reduce((sum, layer) => sum + layer.filters * layerGeometry(layer).taps, 0);

describe('networks by name', () => {
  it('should have the sizes that are published', () => {
    // huawei-noah/AdderNet's ResNet-20: 40,370,176 absolute differences, 442,368 + 640 products.
    expect([sads(resnet20, 'adder'), sads(resnet20, 'multiply')]).toEqual([40_370_176, 443_008]);
    expect(sads(lenet5, 'adder')).toBe(416_520);
    // 432 + 6 x 2,304 + 51,200 + 204,800 + 640; two blocks a stage more; ResNet-18's 11.7 million.
    expect([resnet20, resnet32, resnet18].map(weightsOf)).toEqual([270_896, 464_432, 11_678_912]);
  });

  it('should be found by name', () => {
    expect(networkNames).toEqual([
      'lenet5',
      'cifar-small',
      'vgg-small',
      'resnet20',
      'resnet32',
      'resnet18',
      'lenet5-cnn',
      'resnet20-cnn',
    ]);
    expect(networkByName('resnet32')).toBe(resnet32);
    expect(networkByName('resnet20-cnn')).toEqual(twinOf(resnet20));
    expect(() => networkByName('resnet9')).toThrow(
      /^Expected a network's name \(lenet5, .*\), but received resnet9\.$/,
    );
  });

  it.each([lenet5, cifarSmall, vggSmall, resnet20, resnet32, resnet18])(
    'should tell classes apart: $name',
    (network) => {
      expect(classesOf(network)).toBe(network === resnet18 ? 1000 : 10);
      expect(pictureShape(network).channels).toBe(network === lenet5 ? 1 : 3);
    },
  );

  it('should have residual blocks that read and add the maps of the paper', () => {
    const at = (name: string): number => resnet20.layers.findIndex((layer) => layer.name === name);
    const reads = (name: string): [number, number] => [sourceOf(resnet20, at(name)), shortcutOf(resnet20, at(name))];
    expect(reads('conv1')).toEqual([-1, -1]);
    expect(reads('layer1.0.conv2')).toEqual([at('layer1.0.conv1'), at('conv1')]);
    expect(reads('layer2.0.downsample')).toEqual([at('layer1.2.conv2'), -1]);
    expect(reads('layer2.0.conv2')).toEqual([at('layer2.0.conv1'), at('layer2.0.downsample')]);
    expect(reads('layer2.1.conv2')).toEqual([at('layer2.1.conv1'), at('layer2.0.conv2')]);
    expect(layerGeometry(resnet20.layers[at('layer3.2.conv2')]!).output).toEqual({ height: 1, width: 1, channels: 64 });
  });

  it('should have twins that multiply and are the same otherwise', () => {
    const twin = twinOf(resnet20);
    expect(twin.name).toBe('resnet20-cnn');
    expect(sads(twin, 'adder')).toBe(0);
    expect(twin.layers.map((layer) => ({ ...layer, cell: 'adder' }))).toEqual(
      resnet20.layers.map((layer) => ({ ...layer, cell: 'adder' })),
    );
  });
});

const form = {
  name: 'mine',
  input: { height: 8, width: 8, channels: 4 },
  layers: [
    { name: 'a', kernel: 3, filters: 8, padding: 1, groups: 4 },
    { name: 'b', kernel: [1, 3] as [number, number], filters: 8, padding: 1, stride: 1, source: 'image' },
    { name: 'c', kernel: 'full' as const, filters: 5, relu: false, source: 'a' },
  ],
};

describe('networks of a user', () => {
  it('should be built with the usual where nothing is said', () => {
    const { layers } = parseNetwork('mine.json', JSON.stringify(form));
    expect(layers[0]).toMatchObject({ cell: 'adder', source: 'image', shortcut: null, stride: 1, relu: true, pool: 1 });
    expect(layers[1]).toMatchObject({ kernelHeight: 1, kernelWidth: 3, input: form.input });
    expect(layers[2]).toMatchObject({ kernelHeight: 8, kernelWidth: 8, input: { channels: 8 } });
  });

  it.each<[string, object, string]>([
    ['a field that does not exist', { kernle: 3 }, 'wrong layers.0.kernle'],
    ['a kernel larger than its map', { kernel: 12 }, 'layer a to leave at least 1x1 pixels'],
    ['groups that do not divide', { groups: 3 }, 'Expected a.groups to divide its 4 channels and 8 filters'],
    ['a source that comes later', { source: 'c' }, 'layer a of network mine to read the map of a layer before it'],
    [
      'the pictures as a shortcut',
      { shortcut: 'image' },
      'layer a of network mine to add the map of a layer before it',
    ],
    ['the name of the pictures', { name: 'image' }, 'to have a name of its own, but received image'],
    ['steps that skip pixels', { pool: 2, poolStride: 3 }, 'Expected a.poolStride to be at most its pool, 2'],
    [
      'an average over the edge',
      { pool: 2, poolPadding: 1, poolKind: 'average' },
      'Expected a.poolPadding to be at most 0',
    ],
    ['a stride of none', { stride: 0 }, 'Expected a.stride to be an integer from 1 to 1024, but received 0'],
  ])('should be refused with %s', (_, change, message) => {
    const [first, ...rest] = form.layers;
    const text = JSON.stringify({ ...form, layers: [{ ...first, ...change }, ...rest] });
    expect(() => parseNetwork('mine.json', text)).toThrow(message);
    expect(() => parseNetwork('mine.json', text)).toThrow(/^Expected mine\.json to [^\n]*$/);
  });

  it('should be refused with a shortcut of another shape', () => {
    const layers = [form.layers[0]!, { ...form.layers[2]!, shortcut: 'a' }];
    const text = JSON.stringify({ ...form, layers });
    expect(() => parseNetwork('f', text)).toThrow(
      'Expected layer c to add the 8x8x8 map that a writes, but what it is added to is 1x1x5.',
    );
  });

  it('should be refused without layers, with a name twice, and as other text', () => {
    const read = (value: unknown) => () => parseNetwork('f', typeof value === 'string' ? value : JSON.stringify(value));
    expect(read({ ...form, layers: [] })).toThrow('to have layers, but it has 0');
    expect(read({ ...form, layers: [form.layers[0], form.layers[0]] })).toThrow('which a layer before it has');
    expect(read('{ "name":')).toThrow('Expected f to hold JSON');
    expect(read([])).toThrow('Expected f to describe a network');
    expect(read({ ...form, name: '../x' })).toThrow('wrong name');
  });

  it('should never fail but by a message of one line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(form.layers[0]!)), (value, field) => {
        const layers = [{ ...form.layers[0], [field]: value }, form.layers[2]];
        try {
          parseNetwork('f', JSON.stringify({ ...form, layers }));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect((error as Error).message).toMatch(/^Expected f [^\n]*\.$/);
        }
      }),
    );
  });

  it('should be built the same from TypeScript', () => {
    expect(buildNetwork(form)).toEqual(parseNetwork('f', JSON.stringify(form)));
  });
});
