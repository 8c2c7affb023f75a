// SPDX-License-Identifier: Apache-2.0
// A trigger of clocks or tasks belongs to the simulation that made it: in another
// one's time it would not come, or come at the wrong edge.

/** The error of a task that waits for a trigger of another simulation. */
export function foreignTrigger(what: string): TypeError {
  return new TypeError(`Expected a trigger of the task's own simulation, but received ${what} of another one.`);
}
