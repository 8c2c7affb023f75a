// SPDX-License-Identifier: Apache-2.0
// A network from its pictures down to its classes: a box for each layer, lines where maps go.

import { type Layer, layerGeometry, type MapShape, type Network, picture, pictureShape } from '../../network/index.ts';
import { pixel } from '../escaped.ts';
import { box, chart, path, text, WIDTH } from './chart.ts';

const LEFT = 44;
const RIGHT = WIDTH - 44;
const ROW = 40;
const BOX = 30;

function shapeText({ height, width, channels }: MapShape): string {
  return `${height}x${width}x${channels}`;
}

function layerText({ cell, kernelHeight, kernelWidth, filters, stride, groups, pool, poolKind, relu }: Layer): string {
  return [
    `${cell === 'adder' ? 'adds' : 'multiplies'} ${kernelHeight}x${kernelWidth}, ${filters} filters`,
    ...(stride > 1 ? [`stride ${stride}`] : []),
    ...(groups > 1 ? [`${groups} groups`] : []),
    ...(relu ? ['ReLU'] : []),
    ...(pool > 1 ? [`${poolKind} ${pool}x${pool}`] : []),
  ].join(', ');
}

/** Draws a network. */
export function networkDiagram({ name, layers }: Network): string {
  const top = (index: number): number => 4 + (index + 1) * ROW;
  const indexOf = (map: string): number => (map === picture ? -1 : layers.findIndex((layer) => layer.name === map));
  const lines = layers.flatMap(({ source, shortcut }, index) => {
    const from = indexOf(source);
    const straight = `M${WIDTH / 2},${top(from) + BOX}V${top(index)}`;
    // Lines that pass other layers go around them: maps on the left, shortcuts on the right.
    const around = (before: number, edge: number, out: number): string =>
      `M${edge},${top(before) + BOX / 2}h${out}V${top(index) + BOX / 2}H${edge}`;
    const depth = (before: number): number => Math.min(10 + 6 * (index - before), 40);
    return [
      path(from === index - 1 ? straight : around(from, LEFT, -depth(from)), 'wire'),
      ...(shortcut === null ? [] : [path(around(indexOf(shortcut), RIGHT, depth(indexOf(shortcut))), 'wire added')]),
    ];
  });
  const boxes = [
    box(LEFT, top(-1), RIGHT - LEFT, BOX, 'map'),
    text(LEFT + 8, top(-1) + 18, picture),
    text(RIGHT - 8, top(-1) + 18, shapeText(pictureShape({ name, layers })), 'end tick'),
    ...layers.flatMap((layer, index) => [
      box(LEFT, top(index), RIGHT - LEFT, BOX, layer.cell === 'adder' ? 'layer' : 'layer multiply', layerText(layer)),
      text(LEFT + 8, top(index) + 13, layer.name, 'name'),
      text(LEFT + 8, top(index) + 25, layerText(layer), 'small'),
      text(RIGHT - 8, top(index) + 13, shapeText(layerGeometry(layer).output), 'end tick'),
    ]),
  ];
  return chart(`Layers of ${name}`, pixel(top(layers.length - 1) + BOX + 6), [...lines, ...boxes]);
}
