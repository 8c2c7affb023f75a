// SPDX-License-Identifier: Apache-2.0
// Residual networks (He et al., CVPR 2016) as huawei-noah/AdderNet builds them:
// every convolution but the first and the last layer adds, the 1x1 convolutions
// of the shortcuts too.

import { buildNetwork, type LayerForm } from './build-layer.ts';
import type { Network } from './layer.ts';

/** A stage of basic blocks: two 3x3 convolutions and a shortcut each. */
interface Stage {
  readonly filters: number;
  readonly blocks: number;
  /** Stride of the first block. */
  readonly stride: number;
}

/** Layers of the stages, named `layer<stage>.<block>.conv1`, `.conv2` and `.downsample`. */
function basicBlocks(stages: readonly Stage[], from: string, channels: number): LayerForm[] {
  const layers: LayerForm[] = [];
  let [before, width] = [from, channels];
  stages.forEach(({ filters, blocks, stride }, stage) => {
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`;
      const step = block === 0 ? stride : 1;
      const projected = step !== 1 || width !== filters;
      layers.push({ name: `${name}.conv1`, source: before, kernel: 3, filters, stride: step, padding: 1 });
      if (projected) {
        layers.push({ name: `${name}.downsample`, source: before, kernel: 1, filters, stride: step, relu: false });
      }
      const shortcut = projected ? `${name}.downsample` : before;
      layers.push({ name: `${name}.conv2`, source: `${name}.conv1`, kernel: 3, filters, padding: 1, shortcut });
      [before, width] = [`${name}.conv2`, filters];
    }
  });
  return layers;
}

/** The CIFAR form: three stages of 16, 32 and 64 filters. 20 layers for 3 blocks a stage, 32 for 5. */
function cifarResnet(name: string, blocks: number): Network {
  const stages = [16, 32, 64].map((filters, stage) => ({ filters, blocks, stride: stage === 0 ? 1 : 2 }));
  const body = basicBlocks(stages, 'conv1', 16);
  return buildNetwork({
    name,
    input: { height: 32, width: 32, channels: 3 },
    layers: [
      { name: 'conv1', cell: 'multiply', kernel: 3, filters: 16, padding: 1 },
      ...body.slice(0, -1),
      { ...body.at(-1)!, pool: 8, poolKind: 'average' },
      { name: 'fc', cell: 'multiply', kernel: 1, filters: 10, relu: false },
    ],
  });
}

/** ResNet-20 for CIFAR-10: 40,370,176 absolute differences an image in its adder layers. */
export const resnet20: Network = cifarResnet('resnet20', 3);

/** ResNet-32 for CIFAR-10. */
export const resnet32: Network = cifarResnet('resnet32', 5);

const imagenetBlocks = basicBlocks(
  [64, 128, 256, 512].map((filters, stage) => ({ filters, blocks: 2, stride: stage === 0 ? 1 : 2 })),
  'conv1',
  64,
);

/** ResNet-18 for ImageNet's 224x224 pictures: as a shape, no weights come with it. */
export const resnet18: Network = buildNetwork({
  name: 'resnet18',
  input: { height: 224, width: 224, channels: 3 },
  layers: [
    {
      name: 'conv1',
      cell: 'multiply',
      kernel: 7,
      filters: 64,
      stride: 2,
      padding: 3,
      pool: 3,
      poolStride: 2,
      poolPadding: 1,
    },
    ...imagenetBlocks.slice(0, -1),
    { ...imagenetBlocks.at(-1)!, pool: 7, poolKind: 'average' },
    { name: 'fc', cell: 'multiply', kernel: 1, filters: 1000, relu: false },
  ],
});
