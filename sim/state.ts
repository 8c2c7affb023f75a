// SPDX-License-Identifier: Apache-2.0
// Which bytes are a model's state. Verilator generates one class for each
// module; their instances lie in one object (Vdut__Syms.h). Copying them is safe
// where every member is plain data; anything else, for example a string or a
// queue, owns memory elsewhere.

/** What a snapshot of a model must copy, or why there can be none. */
export interface StateLayout {
  readonly instances: readonly ModuleInstance[];
  readonly refusal?: string;
}

/** One module instance in the generated code. */
export interface ModuleInstance {
  readonly member: string;
  /** Whether it begins with a base class, which old versions give it and which holds its name. */
  readonly hasBase: boolean;
  /** Members that point to other parts of the model, which stay as they are. */
  readonly pointers: readonly string[];
}

/** Generated files that say it, by name. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/** Reads generated code; `files` holds all headers and sources. */
export function readState(files: GeneratedFiles): StateLayout {
  const symbols = files.get('Vdut__Syms.h') ?? '';
  const section = between(symbols, '// MODULE INSTANCE STATE', '//');
  const instances: ModuleInstance[] = [];
  for (const [, type = '', member = ''] of section.matchAll(/^\s*(\w+)\s+(\w+);/gm)) {
    const header = files.get(`${type}.h`) ?? '';
    const body = between(header, 'public:', '// CONSTRUCTORS');
    const { pointers, foreign } = readMembers(body);
    if (body === '' || foreign !== undefined) {
      return { instances: [], refusal: `${type} holds ${foreign ?? 'what its header does not show'}` };
    }
    instances.push({ member, hasBase: header.includes(': public VerilatedModule'), pointers });
  }
  if (instances.length === 0) return { instances, refusal: 'its generated code shows no module instances' };
  for (const [name, text] of files) {
    if (name.endsWith('.cpp') && /\bVL_FOPEN_/.test(text)) return { instances: [], refusal: 'it opens files' };
  }
  return { instances };
}

/** The list that model.cpp includes. */
export function stateInclude({ instances }: StateLayout): string {
  return instances
    .flatMap(({ member, hasBase, pointers }) => [
      `INSTANCE(${member}, ${hasBase ? 'sizeof(VerilatedModule)' : '0'})\n`,
      ...pointers.map((pointer) => `POINTER(${member}, ${pointer})\n`),
    ])
    .join('');
}

const plainType = String.raw`(?:CData|SData|IData|QData|double|bool|VlWide<\d+>|VlTriggerVec<\d+>)`;
const unpackedOfPlain = new RegExp(String.raw`VlUnpacked<${plainType}, \d+>`, 'g');
const plainMember = new RegExp(String.raw`^(?:${plainType} \w+(?: = [^;]*)?|VL_(?:IN|OUT|INOUT)(?:8|16|64|W|)\(.*\))$`);
const pointerMember = /^(?:const )?[\w:]+\s*\*\s*(?:const )?(\w+)(?: = nullptr)?$/;

// Members of one class: plain data, pointers, or something foreign.
function readMembers(body: string): { pointers: string[]; foreign?: string } {
  const pointers: string[] = [];
  const text = body.replace(/\/\/.*$/gm, '').replace(/\/\*.*?\*\//gs, '');
  for (const statement of text.split(';')) {
    // Verilator groups many members in a nameless struct.
    let member = statement
      .replace(/\s+/g, ' ')
      .replace(/^(?: ?(?:struct \{|\}))*/g, '')
      .trim();
    if (member === '' || member.startsWith('static constexpr ')) continue;
    for (let shorter = ''; shorter !== member;) {
      shorter = member;
      member = member.replace(unpackedOfPlain, 'CData');
    }
    const pointer = pointerMember.exec(member)?.[1];
    if (pointer !== undefined) pointers.push(pointer);
    else if (!plainMember.test(member)) return { pointers, foreign: member };
  }
  return { pointers };
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from + start.length);
  return from < 0 || to < 0 ? '' : text.slice(from + start.length, to);
}
