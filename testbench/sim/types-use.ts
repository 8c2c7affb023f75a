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
  sim.claim('sample', 'a test').write(-1);
  sim.claim('taps_in', 'a test').write([1, 2, 3, 4]);
  // @ts-expect-error an output has no other driver than the design
  sim.claim('state_out', 'a test');
  // @ts-expect-error nor has an output array
  sim.claim('lanes_out', 'a test');
  // @ts-expect-error a bigint where a number is due
  sim.claim('sample', 'a test').write(1n);
  // @ts-expect-error elements of an output array
  sim.dut.lanes_out[0] = 1;
  // @ts-expect-error an inout, which can be read alone
  sim.dut.pad = 1;
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
