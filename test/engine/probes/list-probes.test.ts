import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { noticesTo } from '../../../src/engine/event-hub.ts';
import { createFleet } from '../../../src/engine/fleet/fleet.ts';
import { gatherFiles } from '../../../src/engine/probes/gather-files.ts';
import { listProbes } from '../../../src/engine/probes/list-probes.ts';
import type { Host } from '../../../src/model/host.ts';
import type { HostName } from '../../../src/model/ids.ts';
import { openKeptProbes } from '../../../src/module/cache/kept-probes.ts';
import { formatProbes } from '../../../src/report/texts/probes-text.ts';
import { routeTransport } from '../../../src/transport/route-transport.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { elfFile, elfNote, elfSymbols, sdtNote } from '../../support/elf-file.ts';
import { assertValidProbes } from '../../support/event-validator.ts';

const form = 'like-x86_64';
const ids = ['459f0d5c7d3ce48ee7a81de9d7a6ec8d3ae1f2a4', '8b140d5c7d3ce48ee7a81de9d7a6ec8d3ae1f2a4'] as const;

function postgres(id: string): Buffer {
  const { symbols, names } = elfSymbols(form, ['BeginCommand', 'ExecInitNode', 'ExecProcNode']);
  const marks = [
    { provider: 'postgresql', name: 'query__start', arguments: '8@%rax' },
    { provider: 'postgresql', name: 'lwlock__acquire', arguments: '8@%rax -4@%ebx' },
    { provider: 'libc', name: 'setjmp', arguments: '8@%rdi -4@%esi 8@%rax' },
  ];
  return elfFile(
    [
      { name: '.note.gnu.build-id', type: 7, bytes: elfNote(form, 'GNU', 3, Buffer.from(id, 'hex')), segment: 4 },
      { name: '.note.stapsdt', type: 7, bytes: Buffer.concat(marks.map(mark => sdtNote(form, mark))) },
      { name: '.dynsym', type: 11, bytes: symbols, link: '.dynstr' },
      { name: '.dynstr', type: 3, bytes: names },
      { name: '.gnu_debuglink', type: 1, bytes: Buffer.from('a.debug\0crc4') },
    ],
    62,
    form,
  );
}

/** Hosts that are this machine; each looks for files in its own folder. `reads` are the commands that read parts of files. */
async function rig(files: Readonly<Record<string, Buffer | string>>) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tapbook-list-probes-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const reads: string[] = [];
  const real = routeTransport({ say: () => undefined });
  const transport: Transport = {
    async connect(host, options) {
      const opened = await real.connect(host, options);
      if (!opened.ok) return opened;
      const { value } = opened;
      const exec: typeof value.exec = (argv, how) => {
        if (argv[0] === 'dd') reads.push(`${host.name} ${argv[1]}`);
        return value.exec(argv, how);
      };
      return { ok: true, value: { ...value, exec } };
    },
  };
  const { signal } = new AbortController();
  const limits = { connect: 60_000, keepalive: 10_000, keepaliveCount: 3 };
  const kept = openKeptProbes(join(folder, 'kept'));
  const list = async (asked: Readonly<Record<string, readonly string[]>>, functions?: string) => {
    const hosts = Object.keys(asked).map(
      (name): Host => ({
        name: name as HostName,
        groups: [],
        vars: {},
        connection: name.startsWith('gone')
          ? { kind: 'ssh', client: 'any', address: '127.0.0.1', port: 9 }
          : { kind: 'local' },
      }),
    );
    await using fleet = createFleet(transport, limits, signal);
    const probedPaths = (host: HostName) => (asked[host] ?? []).map(name => join(folder, name));
    const events = noticesTo(() => undefined);
    const listed = await listProbes(hosts, { fleet, events, forks: 10, signal, probedPaths, kept });
    const document = gatherFiles(listed, functions);
    assertValidProbes(document);
    return { document, text: formatProbes(document, { columns: 80 }).replaceAll(folder, '/srv') };
  };
  return { list, reads, kept, folder };
}

test('hosts with the same build-id stand together, and one of them is read', async () => {
  const { list, reads } = await rig({ old: postgres(ids[0]), new: postgres(ids[1]) });
  const { text, document } = await list({ db01: ['old'], db02: ['old'], db03: ['old', 'new'] });
  const told = (path: string, hosts: string, id: string) => `/srv/${path}
    hosts     ${hosts}
    build-id  ${id}
    size      1kB
    debuginfo split off, not in the file
    marks     3
        libc
            setjmp $arg1:unsigned long $arg2:int $arg3:unsigned long
        postgresql
            lwlock__acquire $arg1:unsigned long $arg2:int
            query__start $arg1:unsigned long
    functions 3; list those that fit with --functions 'GLOB'
`;
  expect(text).toBe(`${told('old', 'db[01-03]', ids[0])}\n${told('new', 'db03', ids[1])}`);
  expect(document.files.map(({ hosts }) => hosts.length)).toEqual([3, 1]);
  expect(reads).toHaveLength(2);
});

test('what was read once is not read again', async () => {
  const { list, reads, kept, folder } = await rig({ old: postgres(ids[0]) });
  await list({ db01: ['old'] });
  const { text } = await list({ db02: ['old'] }, 'Exec*');
  expect(reads).toHaveLength(1);
  expect(text).toContain(`    functions 2 of 3
        ExecInitNode
        ExecProcNode
`);
  expect(await kept.seenAt(join(folder, 'old'))).toMatchObject([{ host: 'db02', probes: { buildId: ids[0] } }]);
});

test('a file that is missing, or no program, and a host that is gone', async () => {
  const { list } = await rig({ script: '#!/bin/sh\n', old: postgres(ids[0]) });
  const { text, document } = await list({ db01: ['old'], db02: ['script', 'nothing'], gone1: ['old'], gone2: ['old'] });
  expect(text.slice(text.indexOf('/srv/script'))).toBe(`/srv/script
    hosts     db02
    failed: /srv/script is no ELF program or library
    if it is a script that starts the program, name the program itself

/srv/nothing
    hosts     db02
    failed: /srv/nothing is missing
    install it there, mend the path, or leave the host out with --limit

gone[1,2]
    unreachable: 127.0.0.1:9 refuses connections
    is sshd running there, and is ansible_port right?
`);
  expect(document.failures).toMatchObject([{ hosts: ['gone1', 'gone2'], result: { kind: 'unreachable' } }]);
});

test('of a damaged file it is said what is wrong with it', async () => {
  const whole = postgres(ids[0]);
  const { list, kept } = await rig({ cut: whole.subarray(0, whole.length - 100) });
  const { document } = await list({ db01: ['cut'] });
  expect(document.files).toMatchObject([
    { result: { kind: 'failed', failure: { stage: 'probe', cause: expect.stringMatching(/cut: it is cut short$/) } } },
  ]);
  expect(await kept.find(ids[0] as never)).toBeUndefined();
});
