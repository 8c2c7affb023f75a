// SPDX-License-Identifier: Apache-2.0

/**
 * Coefficients, none of them negative, with the least sum of squares of `rows * coefficients - values`. Found one
 * coefficient at a time, over and over, which converges because the squares are convex.
 */
export function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  const width = rows[0]?.length ?? 0;
  const dot = (i: number, j: number): number => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
  const own = Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_one, j) => dot(i, j)));
  const wanted = Array.from({ length: width }, (_, i) => rows.reduce((sum, row, r) => sum + row[i]! * values[r]!, 0));
  const found = Array.from({ length: width }, () => 0);
  for (let round = 0; round < 100_000; round++) {
    let moved = 0;
    for (let i = 0; i < width; i++) {
      if (own[i]![i] === 0) continue;
      const rest = own[i]!.reduce((sum, value, j) => (j === i ? sum : sum + value * found[j]!), 0);
      const next = Math.max(0, (wanted[i]! - rest) / own[i]![i]!);
      moved = Math.max(moved, Math.abs(next - found[i]!) * Math.sqrt(own[i]![i]!));
      found[i] = next;
    }
    if (moved < 1e-12) break;
  }
  return found;
}
