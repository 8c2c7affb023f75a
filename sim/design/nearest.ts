// SPDX-License-Identifier: Apache-2.0
// The name that somebody may have meant.

/** The name with the fewest letters wrong, if they are few: at most a third. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.floor(wanted.length / 3) + 1;
  for (const name of names) {
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase());
    if (distance < fewest) [best, fewest] = [name, distance];
  }
  return best;
}

/** Letters to insert, delete, replace or swap with the next to get from one word to the other. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    const [row, above] = [[i], rows[i - 1]!];
    for (let j = 1; j <= to.length; j++) {
      const replaced = above[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(replaced, swapped, above[j]! + 1, row[j - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[from.length]![to.length]!;
}
