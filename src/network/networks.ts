// SPDX-License-Identifier: Apache-2.0
// The networks that have names, and their twins that multiply.

import { cifarSmall, vggSmall } from './cifar.ts';
import type { Network } from './layer.ts';
import { lenet5 } from './lenet5.ts';
import { resnet18, resnet20, resnet32 } from './resnet.ts';

/** The same network with multiplying cells in place of all adding ones: what an adder network is compared with. */
export function twinOf({ name, layers }: Network): Network {
  return { name: `${name}-cnn`, layers: layers.map((layer) => ({ ...layer, cell: 'multiply' })) };
}

const networks: readonly Network[] = [
  lenet5,
  cifarSmall,
  vggSmall,
  resnet20,
  resnet32,
  resnet18,
  twinOf(lenet5),
  twinOf(resnet20),
];

/** Names that {@link networkByName} knows. */
export const networkNames: readonly string[] = networks.map(({ name }) => name);

/**
 * A network by its name.
 * @throws {RangeError} naming those that there are.
 */
export function networkByName(name: string): Network {
  const found = networks.find((network) => network.name === name);
  if (found) return found;
  throw new RangeError(`Expected a network's name (${networkNames.join(', ')}), but received ${name}.`);
}
