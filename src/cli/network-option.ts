// SPDX-License-Identifier: Apache-2.0
// A network as it is typed: one of the names, or a JSON file of a user's own.

import { networkByName, networkNames, type Network, readNetwork } from '../network/index.ts';

/** What the option takes, for help texts. */
export const networkHelp: string = `${networkNames.join(', ')}, or a .json file`;

/**
 * The network that a text means.
 * @throws {RangeError} when it is no such name, or the file describes no network.
 */
export function chosenNetwork(text: string): Network {
  return text.endsWith('.json') ? readNetwork(text) : networkByName(text);
}
