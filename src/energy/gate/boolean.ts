// SPDX-License-Identifier: Apache-2.0
// Liberty's functions: `!(A B)+C^D'`. A product is a sign (`*`, `&`) or only a space, an inversion stands before (`!`)
// or behind (`'`); `^` binds before `&`, and that before `+` and `|`.

import { LibertyError } from './liberty-error.ts';

/** A function of named pins. */
export type Expression =
  | { readonly op: 'pin'; readonly name: string }
  | { readonly op: 'constant'; readonly value: 0 | 1 }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'and' | 'or' | 'xor'; readonly left: Expression; readonly right: Expression };

/** Parses a function. */
export function parseFunction(text: string): Expression {
  const tokens = text.match(/[A-Za-z_][\w[\]]*|[01]|\S/g) ?? [];
  let next = 0;

  const wrong = (): LibertyError => new LibertyError(`Expected a function of pins, but received "${text}".`);
  function factor(): Expression {
    const token = tokens[next++];
    let result: Expression;
    if (token === '!') {
      result = { op: 'not', of: factor() };
    } else if (token === '(') {
      result = sum();
      if (tokens[next++] !== ')') throw wrong();
    } else if (token === '0' || token === '1') {
      result = { op: 'constant', value: token === '1' ? 1 : 0 };
    } else if (token !== undefined && /^\w/.test(token)) {
      result = { op: 'pin', name: token };
    } else {
      throw wrong();
    }
    for (; tokens[next] === "'"; next++) result = { op: 'not', of: result };
    return result;
  }
  function exclusive(): Expression {
    let left = factor();
    while (tokens[next] === '^') {
      next++;
      left = { op: 'xor', left, right: factor() };
    }
    return left;
  }
  function product(): Expression {
    let left = exclusive();
    while (tokens[next] !== undefined && !/^[+|)]$/.test(tokens[next]!)) {
      if (/^[*&]$/.test(tokens[next]!)) next++;
      left = { op: 'and', left, right: exclusive() };
    }
    return left;
  }
  function sum(): Expression {
    let left = product();
    while (tokens[next] === '+' || tokens[next] === '|') {
      next++;
      left = { op: 'or', left, right: product() };
    }
    return left;
  }

  const result = sum();
  if (next < tokens.length) throw wrong();
  return result;
}

/** The function in Verilog, each bit of 32 on its own, with pins named as `net` says. */
export function toVerilog(expression: Expression, net: (pin: string) => string): string {
  switch (expression.op) {
    case 'pin':
      return net(expression.name);
    case 'constant':
      return `{32{1'b${expression.value}}}`;
    case 'not':
      return `~${toVerilog(expression.of, net)}`;
    default: {
      const sign = { and: '&', or: '|', xor: '^' }[expression.op];
      return `(${toVerilog(expression.left, net)} ${sign} ${toVerilog(expression.right, net)})`;
    }
  }
}

/** The function's value where the pins in `high` are 1 and all others 0. */
export function valueOf(expression: Expression, high: ReadonlySet<string>): boolean {
  switch (expression.op) {
    case 'pin':
      return high.has(expression.name);
    case 'constant':
      return expression.value === 1;
    case 'not':
      return !valueOf(expression.of, high);
    case 'and':
      return valueOf(expression.left, high) && valueOf(expression.right, high);
    case 'or':
      return valueOf(expression.left, high) || valueOf(expression.right, high);
    case 'xor':
      return valueOf(expression.left, high) !== valueOf(expression.right, high);
  }
}
