// SPDX-License-Identifier: Apache-2.0
// Verilog -> what the design has, its C++, and where everything lies in that. What a model cannot have is refused here,
// before anything is compiled.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError } from './addon/errors.ts';
import { settleAll } from './addon/settle.ts';
import { checkParameters } from './check-parameters.ts';
import { describeStaged, findSignal, type Design } from './design/index.ts';
import { exposedInclude, exposeText, layoutExposed, type ExposedSignal } from './exposed.ts';
import type { ModelLayout } from './model.ts';
import type { CompleteOptions, ParameterValue } from './options.ts';
import { layoutPorts, portsInclude } from './ports.ts';
import { stage } from './staging.ts';
import { readState, stateInclude } from './state.ts';
import { checkStructures } from './structures.ts';
import { exposeFile, verilate, type Verilated } from './verilate.ts';
import type { Verilator } from './verilator.ts';

/** A design, and what a model of it is made from. */
export interface Translation {
  readonly design: Design;
  readonly verilated: Verilated;
  readonly layout: ModelLayout;
  /** Names and texts of the lists that model.cpp includes. */
  readonly includes: readonly [name: string, text: string][];
}

interface Generated {
  readonly design: Design;
  readonly exposed: readonly ExposedSignal[];
  readonly verilated: Verilated;
}

/**
 * Translates a design in the empty folder `work`.
 * @throws {BuildError} with Verilator's errors and lint warnings, and for a top without ports.
 * @throws {RangeError} for parameters that the top lacks or that do not fit, for ports and exposed signals that are neither bits nor arrays of bits, and ports that are called like a C++ method.
 */
export async function translate(verilator: Verilator, options: CompleteOptions, work: string): Promise<Translation> {
  const { design, exposed, verilated } = await generate(verilator, options, work);
  return { design, verilated, ...(await layOut(verilated, design, exposed, options)) };
}

// What the design has, and its C++. Where signals are exposed, C++ has to wait for the names of their modules.
async function generate(verilator: Verilator, options: CompleteOptions, work: string): Promise<Generated> {
  await stage(options, work);
  const fractions = Object.entries(options.params).filter(([, value]) => !isInteger(value));
  if (options.expose.length === 0 && fractions.length === 0) {
    const [verilated, design] = await settleAll([
      verilate(verilator, options, work),
      describeStaged(verilator, options, work),
    ]);
    checkParameters(options.params, design);
    return { design, exposed: [], verilated };
  }
  const design = await describeStaged(verilator, options, work).catch(async (error: unknown) => {
    if (fractions.length > 0) await checkFractions(verilator, options, work);
    throw error;
  });
  checkParameters(options.params, design);
  const exposed = options.expose.map((path) => ({ path, ...findSignal(design, path) }));
  await writeFile(join(work, exposeFile), exposeText(exposed));
  return { design, exposed, verilated: await verilate(verilator, options, work) };
}

// Verilator's own message for a fraction depends on what the design does with it; a design without them says which are
// integers.
async function checkFractions(verilator: Verilator, options: CompleteOptions, work: string): Promise<void> {
  const others = Object.fromEntries(Object.entries(options.params).filter(([, value]) => isInteger(value)));
  const verilatorFlags = [...options.verilatorFlags, '-Wno-fatal'];
  // What is wrong with more than the fractions is for the first error to say.
  const design = await describeStaged(verilator, { ...options, params: others, verilatorFlags }, work).catch(
    () => undefined,
  );
  if (design !== undefined) checkParameters(options.params, design);
}

// Where everything lies in the generated code.
async function layOut(
  verilated: Verilated,
  design: Design,
  signals: readonly ExposedSignal[],
  { top }: CompleteOptions,
): Promise<Pick<Translation, 'layout' | 'includes'>> {
  if (design.ports.length === 0) {
    const message = 'it has none';
    throw new BuildError(`Verilog top ${top} to have ports`, [], [{ severity: 'error', message }], '');
  }
  const texts = verilated.files.map(async (name): Promise<[string, string]> => {
    return [name, await readFile(join(verilated.folder, name), 'utf8')];
  });
  const files = new Map(await Promise.all(texts));
  const ports = layoutPorts(design, files.get('Vdut.h') ?? '');
  const symbols = [...files].filter(([name]) => /^Vdut__Syms.*\.cpp$/.test(name)).map(([, text]) => text);
  const exposed = layoutExposed(signals, symbols.join('\n'));
  checkStructures(top, ports, exposed, files);
  const state = readState(files);
  return {
    layout: {
      ports,
      exposed,
      // JSON has no bigints.
      params: design.params.map((one) => ({
        ...one,
        value: typeof one.value === 'bigint' ? `${one.value}` : one.value,
      })),
      ...(state.refusal === undefined ? {} : { snapshotRefusal: state.refusal }),
    },
    includes: [
      ['ports.inc', portsInclude(ports)],
      ['exposed.inc', exposedInclude(exposed)],
      ['state.inc', stateInclude(state)],
    ],
  };
}

function isInteger(value: ParameterValue): boolean {
  return typeof value !== 'number' || Number.isInteger(value);
}
