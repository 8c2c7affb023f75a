// SPDX-License-Identifier: Apache-2.0
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { endingOf } from '../../src/cli/failure.ts';
import { oneOf, wholeNumber } from '../../src/cli/options.ts';

describe('wholeNumber', () => {
  const read = wholeNumber('--images', 1, 10_000);
  it.each(['1', '100', '10000'])('should take %s', (text) => {
    expect(read(text)).toBe(Number(text));
  });

  it.each([['0'], ['10001'], ['1.5'], ['-3'], ['ten'], ['1e3'], ['0x10'], [' 5'], ['9'.repeat(400)]])(
    'should refuse %s',
    (text) => {
      expect(() => read(text)).toThrow(`Expected --images to be an integer from 1 to 10000, but received ${text}.`);
    },
  );

  it('should show an empty text', () => {
    expect(() => read('')).toThrow("but received ''.");
  });
});

describe('oneOf', () => {
  it('should take a word of the list', () => {
    expect(oneOf('--device', () => ['reference', 'rtl'])('rtl')).toBe('rtl');
  });

  it('should list what it expected', () => {
    expect(() => oneOf('--device', () => ['reference', 'rtl'])('RTL')).toThrow(
      'Expected --device to be one of reference, rtl, but received RTL.',
    );
    expect(() => oneOf('NETWORK', () => ['lenet5'])('constructor')).toThrow(
      'Expected NETWORK to be lenet5, but received constructor.',
    );
  });
});

describe('endingOf', () => {
  it.each([
    [new RangeError('Expected a, but received b.'), 2, 'Expected a, but received b.'],
    [new Error('Expected a,\n  but received b.'), 2, 'Expected a, but received b.'],
    [new CommanderError(0, 'commander.helpDisplayed', ''), 0, ''],
    [new CommanderError(1, 'commander.help', ''), 2, ''],
    [
      new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'"),
      2,
      'Expected an option that --help lists, but received --x.',
    ],
    [new CommanderError(1, 'commander.other', 'error: something'), 2, 'error: something'],
    ['text', 1, 'text'],
  ])('should give %s its exit code and line', (error, code, text) => {
    expect(endingOf(error)).toEqual({ code, text });
  });

  it('should show where Berus itself failed', () => {
    expect(endingOf(new TypeError('x is not a function'))).toMatchObject({ code: 1 });
    expect(endingOf(new TypeError('x is not a function')).text).toContain('options.test.ts');
  });
});
