// SPDX-License-Identifier: Apache-2.0
// A design as a TypeScript interface: the type argument of `build`.

import type { Design, FoundSignal, ParameterType, PortType } from '../design/index.ts';
import { parameterText } from './parameter-text.ts';
import { shapeText, valueText } from './value-text.ts';

/** Name of the interface that {@link designTypes} writes: `AxiLiteDesign` for the top `axi_lite`. */
export function typesName(top: string): string {
  const words = top.split(/[^A-Za-z\d]+/).filter((word) => word !== '');
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return `${/^[A-Z]/.test(name) ? '' : 'Top'}${name}Design`;
}

/**
 * Text of a declaration file with an interface for the ports, parameters and exposed signals of a design. Outputs and
 * inouts can only be read; arrays can be written element by element, not as a whole.
 */
export function designTypes(design: Design, exposed: readonly FoundSignal[] = []): string {
  const lines = [
    '// Written by berus from the Verilog; changes are lost.',
    '',
    `/** The Verilog module ${commentText(design.top)}. */`,
    `export interface ${typesName(design.top)} {`,
    ...group('ports', design.ports.map(portLines)),
    ...group('params', design.params.map(parameterLines)),
    ...(exposed.length === 0 ? [] : group('exposed', exposed.map(exposedLines))),
    '}',
    '',
  ];
  return lines.join('\n');
}

const directions = { input: 'Input', output: 'Output', inout: 'Input and output' } as const;

function portLines(port: PortType): string[] {
  const isArray = port.dims.length > 0;
  const isInput = port.direction === 'input';
  const type = isArray && !isInput ? `Readonly<${valueText(port)}>` : valueText(port);
  return [`/** ${directions[port.direction]}, ${shapeText(port)}. */`, member(isArray || !isInput, port.name, type)];
}

function exposedLines(signal: FoundSignal): string[] {
  const comment = `/** Internal, ${shapeText(signal)}; ${commentText(`${signal.variable} of ${signal.module}`)}. */`;
  return [comment, member(signal.dims.length > 0, signal.name, valueText(signal))];
}

// Without members, no name at all is right.
function group(name: string, members: readonly (readonly string[])[]): string[] {
  if (members.length === 0) return [`  readonly ${name}: { readonly [name: string]: never };`];
  return [`  readonly ${name}: {`, ...members.flat().map((line) => `    ${line}`), '  };'];
}

function member(isReadOnly: boolean, name: string, type: string): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  return `${isReadOnly ? 'readonly ' : ''}${key}: ${type};`;
}

function parameterLines(parameter: ParameterType): string[] {
  const { name, value } = parameter;
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return [`/** Default ${commentText(text)}. */`, member(true, name, parameterText(parameter))];
}

function commentText(text: string): string {
  return text.replaceAll('*/', '*\\/');
}
