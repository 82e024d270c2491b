import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainOutOfFiles, outOfFiles, retryOutOfFiles } from '../../src/process/out-of-files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-out-of-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

const source = new URL('../../src', import.meta.url).href;

/** A process of its own, which takes all descriptors that it may have, and gives them back. */
const code = `
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createAppendFiles } from '${source}/history/write/append-files.ts';
import { outOfFilesNow } from '${source}/process/out-of-files.ts';
import { openFilesLimit } from '${source}/process/open-files-limit.ts';
import { readWithin } from '${source}/process/read-within.ts';
import { adapters } from '${source}/transport/adapters.ts';
const transport = { ssh: adapters.ssh({}), local: adapters.local({}) };
// Where there is room it may take its time; where there is none, all of it passes.
const limitsOf = connect => ({ connect, keepalive: 10_000, keepaliveCount: 3 });
let limits = limitsOf(20_000);
const signal = new AbortController().signal;
const host = (name, address, client = 'any') => ({
  name, groups: [], vars: {}, connection: { kind: 'ssh', client, address, port: 1, user: 'x' },
});
const kindOf = async (name, address, client) => {
  const { ok, error } = await transport.ssh.connect(host(name, address, client), { signal, limits });
  return ok ? 'connected' : [error.kind, error.cause, error.cure].join(' | ');
};
const here = { name: 'here', groups: [], vars: {}, connection: { kind: 'local' } };
const local = (await transport.local.connect(here, { signal, limits })).value;
const file = process.argv[1] + '/out.txt';
const said = { limit: openFilesLimit(), before: await kindOf('db1', '127.0.0.1'), roomy: outOfFilesNow() };
// What is loaded late is loaded.
await kindOf('db1', '127.0.0.1', 'openssh');
const failures = [];
const files = createAppendFiles(reason => failures.push(reason));
files.append(file, 'first\\n');
await files.settle([file]);
limits = limitsOf(1000);
const taken = [];
const fill = () => {
  const before = taken.length;
  try { for (;;) taken.push(openSync('/dev/null', 'r')); } catch (error) { said.full = error.code; }
  return taken.length - before;
};
// What was closed before may be given back late: until nothing more is for a while, and whenever something is after that.
for (let quiet = 0; quiet < 10; quiet = fill() === 0 ? quiet + 1 : 0) await new Promise(resolve => setTimeout(resolve, 50));
const refill = setInterval(fill, 5);
said.now = outOfFilesNow();
said.address = await kindOf('db1', '127.0.0.1');
said.name = await kindOf('db1', 'localhost');
said.openssh = await kindOf('db1', '127.0.0.1', 'openssh');
files.append(file, 'second\\n');
const waiting = [
  files.settle([file]).then(() => readFileSync(file, 'utf8')),
  readWithin('/etc/passwd', 1_000_000).then(({ length }) => length > 0),
  local.exec(['true'], { signal, as: 'login-user' }).then(({ ok }) => ok),
];
let isSettled = false;
void Promise.race(waiting).then(() => { isSettled = true; });
await new Promise(resolve => setTimeout(resolve, 300));
said.waits = !isSettled;
clearInterval(refill);
for (const fd of taken) closeSync(fd);
said.after = await Promise.all(waiting);
said.failures = failures;
await files.close();
console.log(JSON.stringify(said));
process.exit();
`;

test('where no file can be opened it is waited for, and no host is blamed', { timeout: 90_000 }, async () => {
  // With much less, Node 22 and newer cannot load it from its sources.
  const words = ['-c', 'ulimit -n 256; exec "$@"', 'sh', process.execPath, '--import', import.meta.resolve('tsx')];
  // Its cache would be written meanwhile.
  const env = { ...process.env, TSX_DISABLE_CACHE: '1' };
  const run = promisify(execFile)('sh', [...words, '--input-type=module', '-e', code, folder], { env });
  const { stdout } = await run;
  const why =
    'out-of-files | no connection to WHERE could be opened: tapbook itself has too many files open, of which it may have 256 (EMFILE) | raise its hard limit: LimitNOFILE= of a systemd unit, /etc/security/limits.conf, or as root ulimit -n';
  expect(JSON.parse(stdout)).toEqual({
    limit: 256,
    before: 'refused | 127.0.0.1:1 refuses connections | is sshd running there, and is ansible_port right?',
    full: 'EMFILE',
    now: 'EMFILE',
    address: why.replace('WHERE', '127.0.0.1:1'),
    name: why.replace('WHERE', 'db1'),
    openssh: why.replace('WHERE', '127.0.0.1'),
    waits: true,
    after: ['first\nsecond\n', true, true],
    failures: [],
  });
});

test('it is not waited for without end, nor for other errors', async () => {
  let tries = 0;
  const fail = (error: string) => async () => {
    tries++;
    throw Object.assign(new Error(error), { code: error });
  };
  await expect(retryOutOfFiles(fail('ENOSPC'))).rejects.toThrow('ENOSPC');
  expect(tries).toBe(1);
  await expect(retryOutOfFiles(fail('ENFILE'), 250)).rejects.toThrow('ENFILE');
  expect(tries).toBeGreaterThan(1);
});

test('the limit of the machine is told apart', () => {
  expect(outOfFiles(Object.assign(new Error(), { code: 'ENFILE' }))).toBe('ENFILE');
  expect([undefined, null, 'x', new Error('EMFILE')].map(outOfFiles)).toEqual(Array(4).fill(undefined));
  expect(explainOutOfFiles('ENFILE')).toEqual({
    cause: 'too many files are open on this machine, all its programs together (ENFILE)',
    cure: 'end what holds them (see lsof), or raise the limit: sysctl fs.file-max',
  });
});
