// SPDX-License-Identifier: Apache-2.0
// Energy an event, fitted to gates with layers of LeNet-5 and of ResNet-20, and how far it is off in layers that were
// not fitted. What is found, with what a fold costs, is a table for `berus energy --table`.

import { loadConfiguration } from '../../../src/compile/index.ts';
import { loadData, loadMnist } from '../../../src/data/index.ts';
import { gateSimulator } from '../../../src/device/index.ts';
import type { ArrayTaps } from '../../../src/energy/array-events.ts';
import {
  errorOf,
  FIT_IMAGES,
  type FitSource,
  type LayerCheck,
  measureLibrary,
  type Technology,
} from '../../../src/energy/measure/index.ts';
import { type FloatModel, readQuantized, shippedWeights, writeWhole } from '../../../src/network/index.ts';
import { pixelCodes } from '../../../src/quantize/index.ts';
import { fold, inferReference, layerSums } from '../../../src/reference/index.ts';
import type { Measured } from '../support/figures.ts';
import { quantizedResnet20 } from '../support/official.ts';

async function sources(model: FloatModel | undefined): Promise<FitSource[]> {
  const lenet = readQuantized(shippedWeights('lenet5'));
  const images = loadMnist('test').images.subarray(0, 2 * FIT_IMAGES * 784);
  const found: FitSource[] = [{ name: 'LeNet-5', net: lenet, images, sumBits: loadConfiguration('default').sumBits }];
  if (model) {
    const net = await quantizedResnet20(model);
    const { sumBits } = loadConfiguration('cifar');
    const pictures = loadData('cifar10', 'test').images.subarray(0, 2 * FIT_IMAGES * 3072);
    found.push({ name: 'ResNet-20', net, images: pixelCodes(pictures, net.imageBits), sumBits, float: model });
  }
  return found;
}

function sum(checks: readonly LayerCheck[], of: (check: LayerCheck) => number): number {
  return checks.reduce((total, check) => total + of(check), 0);
}

/** How far estimates of a kind of cells are off in arrays of a size. */
function errorFigures(
  checks: readonly LayerCheck[],
  { reach = 1, tapsPerClock = 1 }: ArrayTaps,
  note: (text: string) => void,
): Measured[] {
  const [first] = checks;
  if (!first) return [];
  const blocks = reach === 1 ? '' : `, in blocks of ${reach}x${reach}`;
  const several = tapsPerClock === 1 ? '' : `, ${tapsPerClock} taps a clock`;
  const what = `${first.kind}, ${first.size}x${first.size}${blocks}${several}`;
  const off = (check: LayerCheck): number => 100 * errorOf(check);
  for (const check of checks) note(`${what}, ${check.layer}: ${off(check).toFixed(1)} %`);
  const worst = checks.toSorted((a, b) => Math.abs(off(b)) - Math.abs(off(a)))[0]!;
  const withoutClock = Math.max(
    ...checks.map(({ measured, estimated, clock }) => 100 * Math.abs((estimated - clock) / (measured - clock) - 1)),
  );
  return [
    {
      name: `${what}: estimate against gates, ${checks.length} layers not fitted`,
      value: 100 * (sum(checks, ({ estimated }) => estimated) / sum(checks, ({ measured }) => measured) - 1),
      unit: '%',
      against: 'at most 5',
    },
    {
      name: `${what}: the layer farthest off, ${worst.layer}`,
      value: off(worst),
      unit: '%',
      against: `at most 10; without clock pins ${withoutClock.toFixed(1)} at most`,
    },
  ];
}

/** What is fitted: arrays of some sizes, in blocks and with taps a clock as said. */
export interface FitFigures extends ArrayTaps {
  readonly sizes: readonly number[];
  /** Path of the table. */
  readonly out: string | undefined;
}

/** Fits arrays of some sizes, checks, and writes the table as JSON to a path if there is one. */
export async function fitFigures(
  technology: Technology,
  model: FloatModel | undefined,
  { sizes, out, ...taps }: FitFigures,
  note: (text: string) => void,
): Promise<Measured[]> {
  const { table, checks } = await measureLibrary({
    ...technology,
    sources: await sources(model),
    sizes,
    ...taps,
    infer: (net, images, count) => inferReference(net, images, count).maps,
    folding: { layerSums, fold },
    simulator: gateSimulator,
    onProgress: note,
  });
  if (out !== undefined) writeWhole(out, `${JSON.stringify(table, null, 2)}\n`);
  const kinds = [...new Set(checks.map(({ kind }) => kind))];
  return kinds.flatMap((kind) =>
    sizes.flatMap((size) =>
      errorFigures(
        checks.filter((check) => check.kind === kind && check.size === size),
        taps,
        note,
      ),
    ),
  );
}
