// SPDX-License-Identifier: Apache-2.0
// The multiplier twin is a configuration that runs: what an estimate takes its events and widths to be is what the
// network that multiplies counts on cells of products, layer by layer and event by event.

import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { networkCounters } from '../../src/cycles/index.ts';
import { estimateEnergy } from '../../src/energy/index.ts';
import { twinEvents } from '../../src/energy/layer-energy.ts';
import { layerGeometry, lenet5, readQuantized, resnet20, shippedWeights, twinOf } from '../../src/network/index.ts';
import { countedRun } from '../../src/report/index.ts';

describe('the events of the twin', () => {
  it.each([
    ['lenet5', lenet5, 'default', 'twin'],
    // Its first and last layer multiply, by planes, of which a twin needs one.
    ['resnet20', resnet20, 'cifar', 'cifar-twin'],
  ] as const)('should be those of the %s that multiplies', (_, network, adders, products) => {
    const images = 17;
    const counted = networkCounters(network, loadConfiguration(adders), images);
    const twin = networkCounters(twinOf(network), loadConfiguration(products), images);
    network.layers.forEach((layer, index) => {
      const estimated = twinEvents(counted[index]!.events, layerGeometry(layer).sads * images);
      expect(estimated, layer.name).toEqual(twin[index]!.events);
      // The same schedule, but for the planes.
      if (layer.cell === 'adder') expect(counted[index]!.cycles, layer.name).toEqual(twin[index]!.cycles);
    });
  });
});

describe('the energy of the twin', () => {
  it('should be that of lenet5-cnn on cells of products', () => {
    const [adders, products] = [
      ['lenet5', 'default'],
      ['lenet5-cnn', 'twin'],
    ].map(([name, configName]) =>
      estimateEnergy(
        countedRun({
          network: readQuantized(shippedWeights(name!)),
          configName: configName!,
          configuration: loadConfiguration(configName!),
          images: 16,
          schedule: 'output',
        }),
      ),
    );
    const { layers, host, perImage } = adders!.twin;
    expect({ layers, host, perImage }).toEqual({
      layers: products!.layers,
      host: products!.host,
      perImage: products!.perImage,
    });
    // An array of products is its own twin.
    expect(products!.twin.perImage).toEqual(products!.perImage);
    expect(products!.multiplierRatio.total).toMatchObject({ low: 1, high: 1 });
  });
});
