// SPDX-License-Identifier: Apache-2.0
// Uses of a typed model that tsc must accept or, below each mark, refuse. Nothing runs this file.

import { build, type Simulation } from '../../sim/index.ts';
import type { GalleryDesign } from './fixtures/design/gallery.d.ts';

/** What the declarations allow. */
export async function useGallery(sources: readonly string[]): Promise<Simulation<GalleryDesign>> {
  const Gallery = await build<GalleryDesign>({
    top: 'gallery',
    sources,
    params: { DEPTH: 8, WIDE: 1n, FLAG: true, NAME: 'text', LABEL: 'text', RATIO: 2 },
    expose: ['state'],
  });
  const sim = Gallery.create({ clock: 'clk' });
  sim.dut.sample = -1;
  sim.dut.wide_in = 1n;
  sim.dut['odd.port'] = 1;
  sim.dut.taps_in[3] = sim.dut.state_out;
  sim.exposed['state'] = 2;
  // @ts-expect-error an output
  sim.dut.state_out = 1;
  // @ts-expect-error no such port
  sim.dut.sampel = 1;
  // @ts-expect-error a number where a bigint is due
  sim.dut.wide_in = 1;
  // @ts-expect-error values before the edge can only be read
  sim.before.sample = 1;
  // @ts-expect-error not exposed
  sim.exposed['item'] = 1;
  // @ts-expect-error a parameter that the top lacks
  await build<GalleryDesign>({ top: 'gallery', sources, params: { DEPHT: 8 } });
  // @ts-expect-error a parameter of another type
  await build<GalleryDesign>({ top: 'gallery', sources, params: { LABEL: 8 } });
  return sim;
}
