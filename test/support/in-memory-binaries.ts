import { elfProgram } from './elf-file.ts';

export interface BinariesHost {
  readonly binaries: ReadonlyMap<string, string>;
  readonly kept: Set<string>;
}

export interface BinaryAnswer {
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly bytes?: Uint8Array;
}

/** As find-binaries.sh, read-binary.sh and keep-binary.sh answer; undefined to all else. */
export function answerBinaries(host: BinariesHost, argv: readonly string[]): BinaryAnswer | undefined {
  const [, , , name, nonce = '', ...words] = argv;
  if (name === 'tapbook-find-binaries') return { stdout: findStates(host, nonce, words.slice(1)), stderr: [] };
  if (name === 'tapbook-read-binary') return read(host, nonce, words);
  if (name !== 'tapbook-keep-binary') return undefined;
  host.kept.add(words[0] ?? '');
  return { stdout: [`${nonce} kept`], stderr: [] };
}

/** `triples`: build-id, path and real path of each. */
function findStates({ binaries, kept }: BinariesHost, nonce: string, triples: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < triples.length; at += 3) {
    const [id = '', path = ''] = triples.slice(at);
    const without = kept.has(id) ? 'kept' : 'absent';
    lines.push(`${nonce} ${binaries.get(path) === id ? 'own' : without}`);
  }
  return [...lines, `${nonce} end`];
}

function read({ binaries }: BinariesHost, nonce: string, [path = '', most = '']: readonly string[]): BinaryAnswer {
  const id = binaries.get(path);
  if (id === undefined) return { stdout: [], stderr: [`${nonce} failed it is not there`] };
  const program = elfProgram(id, 1000);
  const stderr = [`${nonce} bytes ${program.length}`];
  if (program.length > Number(most)) return { stdout: [], stderr };
  return { stdout: [], stderr, bytes: Buffer.concat([Buffer.from(`\n${nonce}\n`), program]) };
}
