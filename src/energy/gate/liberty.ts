// SPDX-License-Identifier: Apache-2.0
// The Liberty format (.lib): text to a tree of groups, with no meaning given to any name.
//
//   group (arguments) { attribute : value ; attribute (values) ; group ... }

import { LibertyError } from './liberty-error.ts';

/** A group with what is in its braces. */
export interface Group {
  readonly name: string;
  readonly args: readonly string[];
  /** Simple attributes; the last one of a name counts. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Attributes with values in brackets, such as `values` and `capacitive_load_unit`. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly groups: readonly Group[];
}

/** Groups of a name in a group. */
export function groupsOf(group: Group, name: string): readonly Group[] {
  return group.groups.filter((inner) => inner.name === name);
}

// Comments and the backslash before a line's end are left out; a string is one token.
const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|\\\r?\n|"((?:[^"\\]|\\[\s\S])*)"|([^\s"(){}:;,\\]+)|([(){}:;,])|\S/g;

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
}

/** Parses a Liberty file into its outermost group. */
export function parseLiberty(text: string): Group {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, word, sign] = match;
    if (string !== undefined) tokens.push({ text: string.replace(/\\\r?\n/g, ' '), quoted: true, at: match.index });
    else if (word !== undefined || sign !== undefined) tokens.push({ text: whole, quoted: false, at: match.index });
    else if (!/^(\/\*|\/\/|\\)/.test(whole)) fail(`Expected text, but received ${whole}`, match.index);
  }
  let next = 0;

  function fail(message: string, at = tokens[next]?.at ?? text.length): never {
    throw new LibertyError(`${message} in line ${text.slice(0, at).split('\n').length} of the Liberty file.`);
  }
  const is = (sign: string): boolean => tokens[next]?.text === sign && !tokens[next]!.quoted;
  function take(sign: string): void {
    if (!is(sign)) fail(`Expected ${sign}, but received ${tokens[next]?.text ?? 'the end'}`);
    next++;
  }
  /** Tokens up to a sign that ends them, without commas. */
  function values(end: string): string[] {
    const list: string[] = [];
    while (!is(end)) {
      if (next >= tokens.length) fail(`Expected ${end}, but received the end`);
      if (!is(',')) list.push(tokens[next]!.text);
      next++;
    }
    next++;
    return list;
  }

  function body(name: string, args: readonly string[]): Group {
    const attributes = new Map<string, string>();
    const lists = new Map<string, readonly string[]>();
    const groups: Group[] = [];
    while (!is('}')) {
      if (next >= tokens.length) fail(`Expected } of ${name}, but received the end`);
      if (is(';')) {
        next++;
        continue;
      }
      const key = tokens[next++]!.text;
      if (is(':')) {
        next++;
        // A value without its semicolon ends with its line, as tools read it.
        const start = next;
        const line = (): boolean => text.slice(tokens[start]!.at, tokens[next]?.at ?? text.length).includes('\n');
        while (next < tokens.length && !is(';') && !is('}') && (next === start || !line())) next++;
        attributes.set(
          key,
          tokens
            .slice(start, next)
            .map((token) => token.text)
            .join(' '),
        );
      } else {
        take('(');
        const list = values(')');
        if (is('{')) {
          next++;
          groups.push(body(key, list));
        } else {
          lists.set(key, list);
        }
      }
    }
    next++;
    return { name, args, attributes, lists, groups };
  }

  if (tokens[0]?.text !== 'library') fail('Expected a library group');
  next = 1;
  take('(');
  const args = values(')');
  take('{');
  return body('library', args);
}
