// SPDX-License-Identifier: Apache-2.0
// `berus import`: weights trained elsewhere, as a float model of this project.

import { basename } from 'node:path';
import type { Command } from 'commander';
import { importModel, type ImportReport, readMap } from '../import/index.ts';
import { shown } from '../import/shown.ts';
import { type InputScaling, writeFloat } from '../network/index.ts';
import { columns, decimal } from '../report/columns.ts';
import { chosenNetwork, networkHelp } from './network-option.ts';
import { numbers } from './options.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';

interface ImportCommandOptions {
  readonly network: string;
  readonly out: string;
  readonly map?: string;
  readonly strict?: boolean;
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
  readonly json?: boolean;
}

/** What `berus import` did. */
export interface ImportCommandReport extends ImportReport {
  readonly file: string;
  readonly out: string;
  readonly input: InputScaling;
}

/** Names that a warning lists; JSON has all of them. */
const listed = 20;

const how: Readonly<Record<ImportReport['by'], string>> = {
  names: 'by name',
  map: 'by the mapping',
  order: 'by order alone: layers of one shape may have been exchanged',
};

/** The first of a list of names, and how many more there are. */
function listText(names: readonly string[]): string {
  const more = names.length > listed ? ` and ${names.length - listed} more` : '';
  return names.slice(0, listed).map(shown).join(', ') + more;
}

/** `bn1.weight, bias, running_mean, running_var`. */
function normText(keys: readonly string[] | undefined): string {
  if (keys === undefined) return 'none';
  const base = keys[0]!.slice(0, keys[0]!.lastIndexOf('.') + 1);
  return keys.map((key, index) => (index > 0 && key.startsWith(base) ? key.slice(base.length) : key)).join(', ');
}

function reportText(report: ImportCommandReport): string {
  const { file, out, network, format, layers, by, values, counters, prefix, wrapper, extra, input } = report;
  const short = (key: string): string => shown(key.slice(prefix.length));
  const rows = layers.map(({ name, weight, shape, dtype, bias, norm }) => [
    name,
    short(weight),
    `${dtype} [${shape.join(', ')}]`,
    `${normText(norm?.map(short))}${bias === null ? '' : `, bias ${short(bias)} in its mean`}`,
  ]);
  const table = columns(['left', 'left', 'left', 'left'], [['layer', 'weights', 'shape', 'normalisation'], ...rows]);
  const zeros = layers.filter(({ zeroVariances }) => zeroVariances > 0);
  return [
    `${network} from ${file} (${format}${wrapper === null ? '' : `, under ${wrapper}`}): ` +
      `${layers.length} layers ${how[by]}, ${decimal(values)} numbers`,
    ...(prefix === '' ? [] : [`names read without ${prefix}`]),
    '',
    ...table,
    '',
    `pixels: mean ${input.mean.join(', ')}, deviation ${input.deviation.join(', ')}, around a picture ${input.padding}`,
    ...(counters === 0 ? [] : [`ignored: ${counters} of num_batches_tracked`]),
    ...zeros.map(({ name, zeroVariances }) => `warning: ${name} has ${zeroVariances} channels of zero variance`),
    ...(extra.length === 0 ? [] : [`warning: no layer took ${listText(extra)}`]),
    `wrote ${out}`,
    '',
  ].join('\n');
}

/** Adds `berus import` to the program. */
export function addImportCommand(program: Command, output: Output): void {
  program
    .command('import')
    .summary('read weights trained elsewhere')
    .description(
      'Reads the weights of a PyTorch (.pth, .pt), safetensors or NPZ file into a network, says which tensor went where, ' +
        'and writes a float model for eval, quantize and train. Nothing of a pickle is executed.',
    )
    .argument('<file>', 'file of weights')
    .requiredOption('--network <network>', networkHelp)
    .requiredOption('--out <file>', 'file to write')
    .option('--map <file>', 'JSON that names the tensors of layers')
    .option('--strict', 'refuse tensors that no layer takes')
    .option(
      '--mean <numbers>',
      "mean of each channel's pixels, 0 to 1 (default: usual for such pictures)",
      numbers('--mean'),
    )
    .option(
      '--deviation <numbers>',
      "standard deviation of each channel's pixels (default: usual for such pictures)",
      numbers('--deviation'),
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  $ berus import ResNet20-AdderNet.pth --network resnet20 --out resnet20.safetensors',
    )
    .action(async (file: string, options: ImportCommandOptions) => {
      const { out, map, mean, deviation } = options;
      checkOut(out);
      const network = chosenNetwork(options.network);
      const { model, report } = await importModel(file, network, {
        ...(map !== undefined && { map: readMap(map) }),
        ...(mean && { mean }),
        ...(deviation && { deviation }),
        strict: options.strict ?? false,
      });
      writeFloat(out, model, { source: basename(file), format: report.format, matched: report.by });
      const whole: ImportCommandReport = { file, out, input: model.input, ...report };
      output.out(options.json ? jsonText(whole) : reportText(whole));
    });
}
