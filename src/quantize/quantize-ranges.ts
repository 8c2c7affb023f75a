// SPDX-License-Identifier: Apache-2.0
// A float model and the ranges of its maps -> integers. The codes of a layer's
// output are those of the next layer's input and weights.

import type { FloatModel, Provenance, QuantizedNetwork } from '../network/index.ts';
import { quantizeLayer } from './layer.ts';
import { mapScale, pixelScale, type Range, scoreScale } from './scale.ts';

/** Quantizes a float model whose maps take the given ranges, one for each layer's output. */
export function quantizeWithRanges(
  model: FloatModel,
  ranges: readonly Range[],
  bits: number,
  provenance: Provenance,
): QuantizedNetwork {
  let input = pixelScale(model.input, bits);
  // Outside the picture is black, code 0; outside a later map is the code of zero.
  let padCode = 0;
  const layers = model.layers.map((float, index) => {
    const isScores = index === model.layers.length - 1 && !float.layer.relu;
    const range = ranges[index]!;
    const output = isScores ? scoreScale(range, bits) : mapScale(range, float.layer.relu, bits);
    const quantized = quantizeLayer(float, bits, { input, output, padCode });
    input = output;
    padCode = output.zero;
    return quantized;
  });
  return { network: model.network, imageBits: bits, bits, layers, provenance };
}
