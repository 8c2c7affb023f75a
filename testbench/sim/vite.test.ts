// SPDX-License-Identifier: Apache-2.0

import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createServer, type ViteDevServer } from 'vite';
import { packageRoot } from '../../sim/addon/index.ts';
import type { Model } from '../../sim/index.ts';
import { parameterValue } from '../../sim/parameter-value.ts';
import { viteFailure } from '../../sim/vite/failure.ts';
import { berusSim, type BerusSimOptions } from '../../sim/vite/index.ts';
import { parseRequest } from '../../sim/vite/request.ts';
import { sidecarPath } from '../../sim/vite/sidecar.ts';
import { compiledPackage, errorOf, fixture } from './support.ts';

/** A copy of fixtures/vite under a plain name, as Vite takes some characters for queries. */
function project(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'berus vite ')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(fixture('vite'), folder, { recursive: true });
  return folder;
}

async function serve(root: string, options?: BerusSimOptions): Promise<ViteDevServer> {
  const server = await createServer({
    root,
    configFile: false,
    plugins: [berusSim(options)],
    logLevel: 'silent',
    server: { middlewareMode: true, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  onTestFinished(() => server.close());
  return server;
}

async function load(server: ViteDevServer, id: string): Promise<Model> {
  const { default: model } = await server.ssrLoadModule(id);
  return model as Model;
}

describe('berusSim', () => {
  it('should give the model of an imported file', async () => {
    const root = project();
    const Tally = await load(await serve(root), '/tally.v');
    expect(Tally.top).toBe('tally');
    using sim = Tally.create();
    sim.dut.rst = 1;
    sim.tick();
    sim.dut.rst = 0;
    sim.dut.en = 1;
    sim.run(5);
    expect(sim.dut.count).toBe(5);
  });

  it('should take top, parameters and exposed signals from the query', async () => {
    const root = project();
    const server = await serve(root, { trace: 'vcd' });
    const Tally = await load(server, '/tally.v?WIDTH=0x10&expose=step_u.now&trace=false');
    expect(Tally.params).toEqual({ WIDTH: 16 });
    expect(Object.keys(Tally.exposed)).toEqual(['step_u.now']);
    const Step = await load(server, '/tally_step.v?top=tally_step');
    expect(Object.keys(Step.ports)).toEqual(['now', 'next']);
  });

  it('should write declarations beside the file, once', async () => {
    const root = project();
    await load(await serve(root), '/tally.v');
    const text = readFileSync(join(root, 'tally.d.v.ts'), 'utf8');
    expect(text).toContain('export interface TallyDesign {');
    expect(text).toContain('    readonly count: number;');
    expect(text).toContain("declare const model: import('berus/sim').Model<TallyDesign>;\nexport default model;\n");
    await load(await serve(project(), { types: false }), '/tally.v');
  });

  it('should write none when told so', async () => {
    const root = project();
    await load(await serve(root, { types: false }), '/tally.v');
    expect(existsSync(join(root, 'tally.d.v.ts'))).toBe(false);
  });

  it('should know every file that the design was read from', async () => {
    const root = project();
    const server = await serve(root);
    await load(server, '/tally.v');
    const graph = server.environments.ssr.moduleGraph;
    for (const name of ['tally.v', 'tally_step.v', 'tally.vh']) {
      const modules = [...(graph.getModulesByFile(join(root, name)) ?? [])];
      expect(modules, name).toHaveLength(1);
      const users = name === 'tally.v' ? modules : [...modules[0]!.importers];
      expect(users.map(({ file }) => file)).toEqual([join(root, 'tally.v')]);
    }
  });

  it('should build again when an included file has changed', async () => {
    const root = project();
    const server = await serve(root);
    const before = await load(server, '/tally.v');
    const header = join(root, 'tally.vh');
    writeFileSync(header, readFileSync(header, 'utf8').replace("{WIDTH-1{1'b0}}, 1'b1", "{WIDTH-2{1'b0}}, 2'b11"));
    server.environments.ssr.moduleGraph.onFileChange(header);
    server.environments.ssr.moduleGraph.onFileChange(join(root, 'tally.v'));
    const after = await load(server, '/tally.v');
    expect(after).not.toBe(before);
    expect(after.code.folder).not.toBe(before.code.folder);
  });

  it('should show the place of an error in the Verilog', async () => {
    const root = project();
    const file = join(root, 'tally_step.v');
    writeFileSync(file, readFileSync(file, 'utf8').replace('now +', 'nwo +'));
    const error = await errorOf(Error, load(await serve(root), '/tally.v'));
    expect(error.message).toContain('Expected Verilog top tally to build, but ');
    expect(error).toMatchObject({ loc: { file, line: 14, column: 14 }, plugin: 'berus-sim' });
    expect((error as { frame?: string }).frame).toContain('assign next = nwo +');
  });

  it('should refuse a parameter that the top lacks', async () => {
    const error = await errorOf(Error, load(await serve(project()), '/tally.v?DEPTH=3'));
    expect(error.message).toContain('DEPTH');
  });

  it('should work in vitest, with types', { timeout: 120_000 }, async () => {
    const root = project();
    symlinkSync(join(packageRoot(), 'node_modules'), join(root, 'node_modules'));
    const plugin = join(await compiledPackage(), 'sim/vite/index.js');
    writeFileSync(
      join(root, 'vitest.config.mjs'),
      `import { berusSim } from ${JSON.stringify(plugin)};\nexport default { plugins: [berusSim()] };\n`,
    );
    writeFileSync(
      join(root, 'tally.test.ts'),
      `import { expect, it } from 'vitest';
import Tally, { type TallyDesign } from './tally.v';
it('counts', () => {
  using sim = Tally.create();
  sim.dut.rst = 1;
  sim.tick();
  const ports: TallyDesign['ports'] = sim.dut;
  expect(ports.count).toBe(0);
});
`,
    );
    const run = (args: string[]): Promise<{ stdout: string }> => {
      return promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, VITEST: undefined } });
    };
    const { stdout } = await run([join(packageRoot(), 'node_modules/vitest/vitest.mjs'), 'run']);
    expect(stdout).toContain('1 passed');
    const config = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2023',
        lib: ['es2023', 'esnext.disposable'],
        module: 'esnext',
        moduleResolution: 'bundler',
        allowArbitraryExtensions: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        types: ['node'],
        paths: { 'berus/sim': [join(packageRoot(), 'sim/index.ts')] },
      },
      include: ['*.ts', join(packageRoot(), 'sim/**/*.d.ts')],
    };
    writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(packageRoot(), 'node_modules/typescript/bin/tsc');
    expect(await run([tsc, '-p', root]).catch((error: { stdout: string }) => error)).toMatchObject({ stdout: '' });
    writeFileSync(join(root, 'wrong.ts'), "import Tally from './tally.v';\nTally.create().dut.count = 1;\n");
    const { stdout: told } = await run([tsc, '-p', root]).catch((error: { stdout: string }) => error);
    expect(told).toContain(
      "wrong.ts(2,20): error TS2540: Cannot assign to 'count' because it is a read-only property.",
    );
  });
});

describe('an import', () => {
  it.each([
    ['/a/fifo.v', { top: 'fifo', params: {}, name: 'fifo.v' }],
    ['/a/fifo.sv?t=123', { top: 'fifo', params: {}, name: 'fifo.sv' }],
    ['/a/b.v?top=fifo&DEPTH=8&t=1', { top: 'fifo', params: { DEPTH: 8 }, name: 'b.v?top=fifo&DEPTH=8' }],
    ['/a/b.v?INIT=0xffffffffffffffff&NAME=x', { params: { INIT: 0xffffffffffffffffn, NAME: 'x' } }],
    ['/a/b.v?expose=a,b.c&expose=d&trace=fst', { expose: ['a', 'b.c', 'd'], trace: 'fst' }],
  ])('should be read: %s', (id, expected) => {
    expect(parseRequest(id)).toMatchObject(expected);
  });

  it.each(['/a/fifo.v?raw', '/a/fifo.v?url', '/a/fifo.ts', '/a/fifo.vh', '\0virtual.v'])(
    'should be left alone: %s',
    (id) => {
      expect(parseRequest(id)).toBeUndefined();
    },
  );

  it('should be refused for a trace that is none', () => {
    expect(() => parseRequest('/a/b.v?trace=all')).toThrow(
      'Expected trace in /a/b.v?trace=all to be vcd, fst or false, but received all.',
    );
  });

  it.each([
    ['8', 8],
    ['-3', -3],
    ['0x1F', 31],
    ['9007199254740993', 9007199254740993n],
    ['-0x20000000000001', -0x20000000000001n],
    ['eight', 'eight'],
    ['', ''],
  ])('should take the parameter %s as it is meant', (text, value) => {
    expect(parameterValue(text)).toBe(value);
  });

  it.each([
    ['fifo.v', '/a/fifo.d.v.ts'],
    ['fifo.v?DEPTH=8', '/a/fifo.d.v?DEPTH=8.ts'],
    ['fifo.v?expose=ctl_u.state', '/a/fifo.v?expose=ctl_u.d.state.ts'],
  ])('should have its types where TypeScript looks: %s', (name, path) => {
    expect(sidecarPath({ file: '/a/fifo.v', name })).toBe(path);
  });
});

it('should show errors without a place by their message', () => {
  expect(viteFailure('id', new RangeError('Expected more.'))).toEqual({ id: 'id', message: 'Expected more.' });
  expect(viteFailure('id', 'text')).toEqual({ id: 'id', message: 'text' });
});
