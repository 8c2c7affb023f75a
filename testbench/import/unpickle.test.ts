// SPDX-License-Identifier: Apache-2.0
// Pickles: every protocol is read, nothing is called, and no program of opcodes runs for long.

import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/import/byte-reader.ts';
import { PickleDict, PickleList, PickleTuple, type PickleValue } from '../../src/import/pickle-value.ts';
import { torchWorld } from '../../src/import/torch-tensors.ts';
import { unpickle } from '../../src/import/unpickle.ts';
import { refusalOf } from './models.ts';
import { ops, pickle, type Writable } from './pickle-writer.ts';

function read(bytes: Uint8Array): PickleValue {
  return unpickle(new ByteReader('a.pth', bytes), torchWorld('a.pth')).value;
}

/** A value with tuples and lists as arrays, dictionaries as pairs. */
function plain(value: PickleValue): unknown {
  if (value instanceof PickleTuple || value instanceof PickleList) return value.items.map(plain);
  if (value instanceof PickleDict) return [...value.entries].map(([key, item]) => [plain(key), plain(item)]);
  return value;
}

const refusal = (bytes: Uint8Array): string => refusalOf('a.pth', () => read(bytes));

/** A string of one length byte. */
const short = (text: string): string => `\x8c${String.fromCharCode(text.length)}${text}`;

describe('unpickle', () => {
  const value: Writable = {
    tuple: [
      [
        1,
        255,
        256,
        65536,
        -1,
        -(2 ** 31),
        2 ** 40,
        -(2 ** 40),
        10n ** 20n,
        0.5,
        -1.5e-300,
        'names of layers',
        true,
        false,
        null,
      ],
      {
        dict: [
          ['a', { tuple: [] }],
          ['b', { tuple: [1] }],
          ['c', { tuple: [1, 2, 3, 4] }],
        ],
      },
      { tuple: [{ tuple: [1, 2] }, { tuple: [1, 2, 3] }] },
      {
        of: { call: [{ global: ['collections', 'OrderedDict'] }, []] },
        items: [['k', []]],
        state: { dict: [['s', 1]] },
      },
    ],
  };

  it.each([0, 1, 2, 3, 4, 5])('should read protocol %i', (protocol) => {
    expect(plain(read(pickle(value, protocol)))).toEqual([
      [
        1,
        255,
        256,
        65536,
        -1,
        -(2 ** 31),
        2 ** 40,
        -(2 ** 40),
        10n ** 20n,
        0.5,
        -1.5e-300,
        'names of layers',
        true,
        false,
        null,
      ],
      [
        ['a', []],
        ['b', [1]],
        ['c', [1, 2, 3, 4]],
      ],
      [
        [1, 2],
        [1, 2, 3],
      ],
      [['k', []]],
    ]);
  });

  it.each<[string, Buffer, unknown]>([
    ['a string of Python 2', ops(`S'a\\n\\x41\\'\\\\'\np0\n.`), "a\nA'\\"],
    ['a string of bytes', ops('U\x02ab.'), 'ab'],
    ['a long string of bytes', ops('T\x02\0\0\0ab.'), 'ab'],
    ['a string with escapes', ops('Va\\u00e9\n.'), 'aé'],
    ['a very long string', ops('\x8d\x02\0\0\0\0\0\0\0ab.'), 'ab'],
    ['infinity', ops('F-inf\n.'), -Infinity],
    ['values taken back', ops('(K\x01K\x021K\x03K\x040.'), 3],
    ['a value twice', ops('K\x052\x86.'), [5, 5]],
    ['the memo by text', ops('K\x05p7\ng7\n\x86.'), [5, 5]],
    ['the memo by number', ops('K\x05q\x07r\x08\0\0\0h\x07j\x08\0\0\0\x87.'), [5, 5, 5]],
    ['the memo in order', ops('K\x05\x94K\x06\x94h\0\x87.'), [5, 6, 5]],
    ['a dictionary of a mark', ops("(S'a'\nK\x01d."), [['a', 1]]],
    ['pairs of Python 2', ops("ccollections\nOrderedDict\n((lp0\n(S'a'\nK\x01lp1\natR."), [['a', 1]]],
    ['a text of 65,536 bytes', ops(`V${'a'.repeat(65_536)}\n.`), 'a'.repeat(65_536)],
    ['an empty long', ops('\x8a\0.'), 0],
  ])('should read %s', (_, bytes, expected) => {
    expect(plain(read(bytes))).toEqual(expected);
  });

  const system = 'the name os.system, which is not allowed';
  it.each<[string, Buffer, string]>([
    ['GLOBAL', ops("cos\nsystem\n(S'true'\ntR."), system],
    ['GLOBAL that is never called', ops('cos\nsystem\n0N.'), system],
    ['STACK_GLOBAL', ops(`\x80\x04${short('os')}${short('system')}\x93${short('true')}\x85R.`), system],
    ['STACK_GLOBAL from the memo', ops(`\x80\x04${short('system')}\x94${short('os')}h\0\x93.`), system],
    ['INST', ops("(S'true'\nios\nsystem\n."), system],
    ['OBJ', ops("(cos\nsystem\nS'true'\no."), system],
    ['OBJ of a name that is allowed', ops('(ccollections\nOrderedDict\no.'), 'the opcode OBJ'],
    ['NEWOBJ', ops('ccollections\nOrderedDict\n)\x81.'), 'the opcode NEWOBJ'],
    ['NEWOBJ_EX', ops('ccollections\nOrderedDict\n)}\x92.'), 'the opcode NEWOBJ_EX'],
    ['EXT1', ops('\x82\x01.'), 'the opcode EXT1'],
    ['EXT2', ops('\x83\x01\x01.'), 'the opcode EXT2'],
    ['EXT4', ops('\x84\x01\x01\x01\x01.'), 'the opcode EXT4'],
    ['NEXT_BUFFER', ops('\x97.'), 'the opcode NEXT_BUFFER'],
    ['a set', ops('\x8f.'), 'the opcode EMPTY_SET'],
    ['REDUCE of a storage class', ops('ctorch\nFloatStorage\n)R.'), 'call a name that makes a tensor or a dictionary'],
    [
      'REDUCE of a string',
      ops("S'os.system'\n)R."),
      'call a name that makes a tensor or a dictionary, but received a string',
    ],
    ['REDUCE of what a call made', ops('ccollections\nOrderedDict\n)R)R.'), 'but received a dictionary'],
    [
      'BUILD of a name',
      ops('ccollections\nOrderedDict\n}b.'),
      'give state to a dictionary only, but received collections.OrderedDict',
    ],
    ['builtins.eval', ops("c__builtin__\neval\n(S'1'\ntR."), 'the name __builtin__.eval'],
    ['getattr on an allowed name', ops('cbuiltins\ngetattr\n.'), 'the name builtins.getattr'],
    [
      'a dotted name',
      ops(`\x80\x04${short('collections')}${short('OrderedDict.fromkeys')}\x93.`),
      'OrderedDict.fromkeys',
    ],
    ['a name with a line feed', ops(`\x80\x04${short('os\nx')}${short('system')}\x93.`), 'the name os?x.system'],
    ['a name of the prototype', ops('cconstructor\nconstructor\n.'), 'the name constructor.constructor'],
    ['torch.load in a tensor', ops('ctorch.storage\n_load_from_bytes\n.'), 'the name torch.storage._load_from_bytes'],
    ['a name of numbers', ops('\x80\x04K\x01K\x02\x93.'), 'name what it uses by strings'],
    ['a persistent id of text', ops('Pos.system\n.'), 'refer to storages by type, key and count'],
  ])('should refuse a program by %s', (_, bytes, message) => {
    expect(refusal(bytes)).toContain(message);
  });

  it.each<[string, Buffer, string]>([
    ['nothing', ops(''), 'to hold 1 bytes more at byte 0, but received 0: it is cut short.'],
    ['no end', ops('N'), 'cut short'],
    ['an empty stack', ops('.'), 'have a value on its stack, but received none'],
    ['more than one value', ops('NN.'), 'end with one value, but received more'],
    ['a mark left', ops('N(.'), 'have a value on its stack'],
    ['a pop below a mark', ops('N(\x85.'), 'have a value on its stack'],
    ['no mark', ops('Nt.'), 'have a mark on its stack'],
    ['an empty memo', ops('h\x05.'), 'have put a value at 5 of its memo'],
    ['items of a list', ops('](NNu.'), 'set items of a dictionary, but received a list'],
    ['a key alone', ops('}(Nu.'), 'set items by key and value'],
    ['an item for a dictionary', ops('}Na.'), 'append to a list, but received a dictionary'],
    ['a string longer than the file', ops('X\xff\xff\xff\x7fab.'), 'to hold 2147483647 bytes more'],
    ['a string longer than memory', ops('\x8d\xff\xff\xff\xff\xff\xff\xff\x7fab.'), 'bytes more'],
    ['bytes longer than the file', ops('\x8e\xff\xff\xff\xff\xff\xff\xff\xffab.'), 'bytes more'],
    ['a long of 2 GB', ops('\x8b\xff\xff\xff\x7f.'), 'integers of at most 16 bytes'],
    ['a long of negative length', ops('\x8b\xff\xff\xff\xff.'), 'integers of at most 16 bytes'],
    ['an integer of 60,000 digits', ops(`L${'9'.repeat(60_000)}L\n.`), 'integers in at most 40 digits'],
    ['words for an integer', ops('Iabc\n.'), 'integers in at most 40 digits, but received abc'],
    ['words for a number', ops('F1 + 1\n.'), 'write numbers in digits'],
    ['a long line', ops(`V${'a'.repeat(65_537)}\n.`), 'texts of at most 65536 bytes at byte 1, but received more'],
    ['a long name', ops(`c${'a'.repeat(70_000)}`), 'texts of at most 65536 bytes'],
    [
      'a long text',
      ops(`X\x01\0\x01\0${'a'.repeat(65_537)}.`),
      'texts of at most 65536 bytes at byte 5, but received 65537',
    ],
    ['no quotes', ops('Sabc\n.'), 'have strings in quotes'],
    ['a line without an end', ops('Sabc'), 'cut short'],
    ['a later protocol', ops('\x80\x06N.'), 'be of pickle protocol 0 to 5, but received 6'],
    ['a byte that is no opcode', ops('\xff.'), 'the byte 255, which is no opcode'],
  ])('should refuse %s', (_, bytes, message) => {
    expect(refusal(bytes)).toContain(message);
  });

  it.each<[string, Buffer]>([
    ['dictionaries', Buffer.alloc(3_000_000, '}')],
    ['lists', Buffer.alloc(3_000_000, ']')],
    ['marks', Buffer.alloc(3_000_000, '(')],
    ['tuples in tuples', Buffer.concat([ops('N'), Buffer.alloc(3_000_000, '\x85', 'latin1')])],
    ['entries of the memo', Buffer.concat([ops('N'), Buffer.alloc(3_000_000, '\x94', 'latin1')])],
    ['long texts', Buffer.alloc(70_000_000, Buffer.concat([ops('V'), Buffer.alloc(65_530, 'a'), ops('\n')]))],
    [
      'copies of one list of pairs',
      Buffer.concat([
        ops('ccollections\nOrderedDict\nq\0]q\x01('),
        ...Array.from({ length: 100_000 }, () => ops('NN\x86')),
        ops('e\x85q\x02'),
        ...Array.from({ length: 100_000 }, () => ops('h\0h\x02R')),
        ops('.'),
      ]),
    ],
  ])('should stop at a program that makes too many %s', (_, bytes) => {
    const start = performance.now();
    expect(refusal(bytes)).toContain('build its tensors in 1000000 steps, but received more');
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('should not recurse over a value in a value', () => {
    const depth = 300_000;
    const bytes = Buffer.concat([ops('N'), Buffer.alloc(depth, '\x85', 'latin1'), ops('.')]);
    expect(read(bytes)).toBeInstanceOf(PickleTuple);
    expect(refusal(Buffer.concat([ops(']q\0h\0a'), ops('.')]))).toBe('none');
  });
});
