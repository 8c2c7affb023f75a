// SPDX-License-Identifier: Apache-2.0
// WaveJSON -> SVG, by WaveDrom. It is loaded when the first picture is drawn.

import type { WaveOptions } from './samples.ts';
import { waveJson } from './wave-json.ts';

/**
 * Draws the last cycles of some signals.
 * @returns an SVG document.
 * @throws {RangeError} when a signal has another number of values than there are cycles.
 * @example
 * const { cycles, count } = capture.take();
 * await writeFile('count.svg', await renderWave({ clock: 'clk', cycles, signals: [{ name: 'count', width: 8, values: count }] }));
 */
export async function renderWave(options: WaveOptions): Promise<string> {
  const source = waveJson(options);
  const { default: wavedrom } = await import('wavedrom');
  // WaveDrom writes into skin and source, and keeps its state in its modules: nothing may come between these calls.
  return wavedrom.onml.stringify(wavedrom.renderAny(0, source, wavedrom.waveSkin));
}
