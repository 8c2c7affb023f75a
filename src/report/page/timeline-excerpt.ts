// SPDX-License-Identifier: Apache-2.0
// The beginning of a timeline: what host, layers, sequencer and post-processing do in the first clocks.

import { scaleLinear } from 'd3-scale';
import type { Timeline, Track } from '../../cycles/index.ts';
import { decimal } from '../columns.ts';
import { pixel } from '../escaped.ts';
import { box, chart, path, text, WIDTH } from './chart.ts';

const LEFT = 70;
const RIGHT = WIDTH - 12;
const ROW = 26;

const NAMES = {
  host: 'host',
  layers: 'layers',
  program: 'program',
  weights: 'weights',
  sequencer: 'sequencer',
  writes: 'writes',
} as const satisfies Record<Track, string>;

/** Colour of an event: what the sequencer does has one each. */
function kindOf(track: string, name: string): string {
  if (track !== 'sequencer') return track === 'writes' ? 'fill2' : 'fill0';
  return name.startsWith('stream') ? 'fill0' : name.startsWith('drain') ? 'fill1' : 'fill3';
}

/** Draws the events that begin before a clock. */
export function timelineExcerpt(title: string, { traceEvents }: Timeline, end: number): string {
  const x = scaleLinear([0, end], [LEFT, RIGHT]);
  const short = x.tickFormat(5, '~s');
  const drawn = new Set(traceEvents.map(({ cat }) => cat));
  const tracks = (Object.keys(NAMES) as Track[]).filter((track) => drawn.has(track));
  const bottom = tracks.length * ROW + 4;
  const events = traceEvents.filter(({ ph, ts }) => ph === 'X' && ts! < end);
  const boxes = events.map(({ name, cat, ts, dur }) => {
    const to = Math.min(ts! + dur!, end);
    const row = tracks.indexOf(cat as Track);
    const tip = `${name}: ${decimal(dur!)} cycles from ${decimal(ts!)} on`;
    return box(x(ts!), 4 + row * ROW, Math.max(x(to) - x(ts!), 0.4), ROW - 8, kindOf(cat!, name), tip, 0.85);
  });
  return chart(title, bottom + 36, [
    ...x
      .ticks(5)
      .flatMap((value) => [
        path(`M${pixel(x(value))},0V${bottom}`, 'grid'),
        text(x(value), bottom + 14, short(value), 'middle tick'),
      ]),
    ...tracks.map((track, row) => text(LEFT - 8, 4 + row * ROW + 13, NAMES[track], 'end')),
    ...boxes,
    text((LEFT + RIGHT) / 2, bottom + 30, 'cycles', 'middle'),
  ]);
}
