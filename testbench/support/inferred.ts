// SPDX-License-Identifier: Apache-2.0

import type { Inferred } from '../../src/energy/measure/index.ts';
import type { Codes, QuantizedNetwork } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';

/** Images with what every layer gives for them, by the reference. */
export function inferredBy(net: QuantizedNetwork, images: Codes, count: number): Inferred {
  return { images, count, maps: inferReference(net, images, count).maps };
}
