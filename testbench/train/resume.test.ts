// SPDX-License-Identifier: Apache-2.0
// A training that is killed, without warning, while it learns: what goes on from its checkpoint ends in the same bytes.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMnist, subset } from '../../src/data/index.ts';
import { lenet5, writeFloat } from '../../src/network/index.ts';
import { readCheckpoint } from '../../src/train/checkpoint.ts';
import { trainNetwork } from '../../src/train/index.ts';
import { root } from '../house/source-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

const images = 2560;
const data = subset(loadMnist('train'), images);
const epochs = 4;

/** A program that trains and prints a line at the end of every epoch. */
const program = `
  import { loadMnist, subset } from './dist/src/data/index.js';
  import { networkByName } from './dist/src/network/index.js';
  import { trainNetwork } from './dist/src/train/index.js';
  const [checkpoint, resume] = process.argv.slice(1);
  const data = subset(loadMnist('train'), ${images});
  const onEpoch = ({ history }) => console.log('end of ' + history.length);
  const options = { seed: 5, epochs: ${epochs}, threads: 1, checkpoint, resume: resume === 'resume', onEpoch };
  await trainNetwork(networkByName('lenet5'), data, options);
`;

/** Runs the program and kills it some milliseconds after it has told the end of an epoch. */
function killAfter(checkpoint: string, epoch: number, milliseconds: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, checkpoint], { cwd: root });
    let [told, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (told.endsWith(`end of ${epoch}\n`)) setTimeout(() => child.kill('SIGKILL'), milliseconds);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', reject);
    child.on('exit', (_, signal) => (signal === null ? reject(new Error(errors || told)) : resolve(signal)));
  });
}

/** Bytes of the model that a training ends with. */
function bytesOf(name: string, model: Awaited<ReturnType<typeof trainNetwork>>): Buffer {
  const path = join(folder, name);
  writeFloat(path, model);
  return readFileSync(path);
}

describe('a training that was killed', () => {
  let whole: Buffer;
  beforeAll(async () => {
    whole = bytesOf('whole', await trainNetwork(lenet5, data, { seed: 5, epochs }));
  });

  it.each([
    [1, 40],
    [2, 0],
  ])('after epoch %i, in the middle of the next, should go on to the same bytes', async (epoch, milliseconds) => {
    const checkpoint = join(folder, `killed-${epoch}`);
    expect(await killAfter(checkpoint, epoch, milliseconds)).toBe('SIGKILL');
    const told: number[] = [];
    const onEpoch = ({ history }: { history: readonly unknown[] }): void => void told.push(history.length);
    const model = await trainNetwork(lenet5, data, { seed: 5, checkpoint, resume: true, onEpoch });
    expect(bytesOf('resumed', model).equals(whole)).toBe(true);
    // What the checkpoint held is told first.
    expect(told[0]).toBeGreaterThanOrEqual(epoch);
    expect(told.at(-1)).toBe(epochs);
  });

  it('should end and keep its former checkpoint when the disk has no room for the next', async () => {
    const checkpoint = join(folder, 'room');
    await killAfter(checkpoint, 1, 0);
    const before = readFileSync(checkpoint);
    // A limit of the file's size, in the middle of it, stands for a disk that is full.
    const limited = `ulimit -f ${Math.floor(before.length / 1024 / 2)}; trap '' XFSZ; exec "$0" "$@"`;
    const args = ['-c', limited, process.execPath, '--input-type=module', '-e', program, checkpoint, 'resume'];
    const { status, stderr } = spawnSync('sh', args, { cwd: root, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain(`Expected ${checkpoint} to be a file that can be written, but received EFBIG.`);
    expect(readFileSync(checkpoint).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('room'))).toEqual(['room']);
    expect(readCheckpoint(checkpoint).history.length).toBeGreaterThanOrEqual(1);
  });

  it('should be taken up again even when nothing is left to do', async () => {
    const checkpoint = join(folder, 'done');
    await trainNetwork(lenet5, data, { seed: 5, epochs, checkpoint });
    const model = await trainNetwork(lenet5, data, { checkpoint, resume: true });
    expect(bytesOf('again', model).equals(whole)).toBe(true);
  });

  it('should not go on with other options or data', async () => {
    const checkpoint = join(folder, 'other');
    await trainNetwork(lenet5, subset(data, 256), { seed: 5, epochs: 1, checkpoint });
    const before = readFileSync(checkpoint);
    const resume = (rest: object, of = subset(data, 256)) =>
      trainNetwork(lenet5, of, { checkpoint, resume: true, ...rest });
    await expect(resume({ seed: 6 })).rejects.toThrow(`Expected seed to be 5 as in ${checkpoint}, but received 6.`);
    await expect(resume({ epochs: 2 })).rejects.toThrow('Expected epochs to be 1 as in');
    await expect(resume({}, subset(data, 272))).rejects.toThrow('Expected the checksum of the training data to be');
    await expect(trainNetwork(lenet5, data, { checkpoint })).rejects.toThrow('Expected checkpoint to be a new file');
    await expect(trainNetwork(lenet5, data, { resume: true })).rejects.toThrow('Expected a checkpoint to resume from');
    expect(readFileSync(checkpoint).equals(before)).toBe(true);
  });

  it('should end at once when its checkpoint cannot be written, and leave nothing', async () => {
    const checkpoint = join(folder, 'no such folder', 'a');
    await expect(trainNetwork(lenet5, data, { epochs: 9, checkpoint })).rejects.toThrow(
      'to be a file that can be written',
    );
    expect(existsSync(checkpoint)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
