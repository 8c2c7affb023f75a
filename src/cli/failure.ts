// SPDX-License-Identifier: Apache-2.0
// From an error to a line on standard error and an exit code.
//
//   0  what was said is true      1  it is not (not bit-exact), or Berus itself failed      2  bad input

import { CommanderError } from 'commander';
import { DeviceFault } from '../device/index.ts';

/** How a command ends. */
export interface Ending {
  readonly code: 0 | 1 | 2;
  /** What to say; empty where it has been said. */
  readonly text: string;
}

/** Sentences for commander's errors; the argument is what the message quotes. */
const SENTENCES: Readonly<Record<string, (quoted: string) => string>> = {
  'commander.unknownOption': (quoted) => `Expected an option that --help lists, but received ${quoted}.`,
  'commander.unknownCommand': (quoted) => `Expected a command that --help lists, but received ${quoted}.`,
  'commander.missingArgument': (quoted) => `Expected ${quoted.toUpperCase()} after the command, but received nothing.`,
  'commander.optionMissingArgument': (quoted) => `Expected a value after ${quoted}, but received nothing.`,
  'commander.missingMandatoryOptionValue': (quoted) => `Expected the option ${quoted}, but received none.`,
  'commander.excessArguments': () => 'Expected no further arguments, but received some: quote what has spaces.',
};

function commanderEnding(error: CommanderError): Ending {
  if (error.exitCode === 0) return { code: 0, text: '' };
  if (error.code === 'commander.help') return { code: 2, text: '' };
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  return { code: 2, text: SENTENCES[error.code]?.(quoted) ?? error.message };
}

/** Whether an error says what was expected in place of what came, in one line. */
export function isBadInput(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith('Expected ');
}

/** Bad input is told in one line; anything else is a fault of Berus and shows where it happened. */
export function endingOf(error: unknown): Ending {
  if (error instanceof CommanderError) return commanderEnding(error);
  if (error instanceof DeviceFault) return { code: 1, text: error.message };
  if (isBadInput(error)) return { code: 2, text: error.message.replace(/\s*\n\s*/g, ' ') };
  return { code: 1, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
