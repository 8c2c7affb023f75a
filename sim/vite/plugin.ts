// SPDX-License-Identifier: Apache-2.0
// The plugin. It builds each imported Verilog file once, before any test worker
// asks for it, and gives a module that takes the model from the cache.

import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { build } from '../build.ts';
import { describeDesign } from '../describe-design.ts';
import { findSignal } from '../design/index.ts';
import type { BuildOptions } from '../options.ts';
import { failedFiles, viteFailure } from './failure.ts';
import { parseRequest, type VerilogRequest } from './request.ts';
import { sidecarPath, sidecarText, writeSidecar } from './sidecar.ts';

/** Options of every imported file's build; paths may be relative to Vite's root. */
export interface BerusSimOptions extends Omit<Partial<BuildOptions>, 'top'> {
  /** Whether to write declarations beside imported files. @defaultValue true */
  readonly types?: boolean;
}

/**
 * Lets tests import Verilog: the default export of `./fifo.v` is the built model of the module `fifo`. Modules that it
 * uses are found in its own folder, in `includeDirs` and in `sources`. A query gives another top, parameters, `trace`
 * and `expose`: `./fifo.v?top=fifo&DEPTH=8&expose=count`.
 * @example
 * // vitest.config.ts
 * import { berusSim } from 'berus/sim/vite';
 * export default defineConfig({ plugins: [berusSim({ includeDirs: ['rtl'] })] });
 */
export function berusSim(options: BerusSimOptions = {}): Plugin {
  const { types = true, onProgress, ...common } = options;
  let root = process.cwd();
  let log: (text: string) => void = () => undefined;
  return {
    name: 'berus-sim',
    enforce: 'pre',
    configResolved(config) {
      root = config.root;
      log = (text) => config.logger.info(text);
    },
    transform: {
      filter: { id: /\.s?v(?:\?|$)/ },
      async handler(_, id) {
        try {
          const request = parseRequest(id);
          if (request === undefined) return null;
          const wanted = buildOptions(request, common, root);
          const [design] = await Promise.all([
            describeDesign(wanted),
            build({ ...wanted, onProgress: onProgress ?? log }),
          ]);
          for (const file of design.files) this.addWatchFile(resolve(file));
          if (types) {
            const exposed = (wanted.expose ?? []).map((path) => findSignal(design, path));
            await writeSidecar(sidecarPath(request), sidecarText(design, exposed));
          }
          return { code: moduleText(wanted), map: null, moduleType: 'js' };
        } catch (error) {
          for (const file of failedFiles(error)) this.addWatchFile(file);
          return this.error(viteFailure(id, error));
        }
      },
    },
  };
}

function buildOptions(
  request: VerilogRequest,
  common: Omit<BerusSimOptions, 'types' | 'onProgress'>,
  root: string,
): BuildOptions {
  const { file, top, trace, expose, params } = request;
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(root, path));
  const others = (common.sources ?? []).map(absolute).filter((path) => path !== file);
  const folders = [dirname(file), ...(common.includeDirs ?? []).map(absolute)];
  return {
    ...common,
    top,
    sources: [file, ...others],
    includeDirs: [...new Set(folders)],
    params: { ...common.params, ...params },
    expose: [...new Set([...(common.expose ?? []), ...expose])],
    ...(trace === undefined ? {} : { trace }),
  };
}

/** Code of the module: the same build, which now comes from the cache. */
function moduleText(options: BuildOptions): string {
  // By its path, so that it is this package wherever the Verilog lies.
  const here = import.meta.url;
  const sim = fileURLToPath(new URL(here.endsWith('.ts') ? '../index.ts' : '../index.js', here));
  return `import { build } from ${JSON.stringify(sim)};\nexport default await build(${literal(options)});\n`;
}

// JSON, and bigints.
function literal(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, one]) => `[${JSON.stringify(name)}]: ${literal(one)}`);
  return `{ ${members.join(', ')} }`;
}
