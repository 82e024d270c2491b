import { ok, type Result } from '../model/result.ts';
import { noBits, textAt } from './elf-tables.ts';
import type { ElfFile, NamedSection } from './open-elf.ts';

/**
 * The names of the functions that the file itself defines, each once, in the order of their bytes: of `.symtab`, where it was not
 * stripped away, and of `.dynsym`. As the linker has them: C++ and Rust names are mangled. Debuginfo may know more.
 */
export async function readFunctionNames(file: ElfFile): Promise<Result<readonly string[], string>> {
  const found = new Set<string>();
  for (const table of symbolTables(file)) {
    const names = file.sections[table.link];
    if (names === undefined || names.type === noBits) continue;
    const [symbols, texts] = await Promise.all([file.read(table), file.read(names)]);
    if (!symbols.ok) return symbols;
    if (!texts.ok) return texts;
    for (const at of definedFunctions(symbols.value, file)) {
      const name = textAt(texts.value, at, longestName);
      if (name !== undefined && name !== '') found.add(name);
    }
  }
  return ok([...found].toSorted());
}

function symbolTables({ sections }: ElfFile): readonly NamedSection[] {
  return sections.filter(({ type }) => type === fullSymbols || type === dynamicSymbols).slice(0, mostTables);
}

/** Where the names of defined functions begin. An entry: name, info, other, section, value, size; of 32 bits, info and section come last. */
function* definedFunctions(symbols: Uint8Array, { header: { numbers } }: ElfFile): Generator<number, void, void> {
  const [entryBytes, info, section] = numbers.addressBytes === 4 ? [16, 12, 14] : [24, 4, 6];
  for (let at = 0; at + entryBytes <= symbols.length; at += entryBytes) {
    const type = (symbols[at + info] ?? 0) & 0xf;
    if ((type === functionType || type === indirectType) && numbers.half(symbols, at + section) !== undefinedSection) {
      yield numbers.word(symbols, at);
    }
  }
}

/** `SHT_SYMTAB`, `SHT_DYNSYM`, `STT_FUNC`, `STT_GNU_IFUNC` and `SHN_UNDEF` of elf.h. */
const fullSymbols = 2;
const dynamicSymbols = 11;
const functionType = 2;
const indirectType = 10;
const undefinedSection = 0;

const mostTables = 4;
/** Of a mangled name of C++; longer ones exist, and are left out. */
const longestName = 4096;
