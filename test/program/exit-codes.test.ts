import { execFile } from 'node:child_process';
import { appendFile, cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/exit-code.ts';
import { makeGitRepository } from '../support/git-repository.ts';
import { becomes, type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { type Running, runTapbook, startTapbook } from '../support/tapbook.ts';

/** Each code of the table is made to happen, by the program as a user starts it. */
const why = whyNoFleet();
if (why !== undefined) console.log(`exit codes are left out: ${why}`);

let fleet: StandInFleet;
let short = '';
let long = '';

beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startStandInFleet('db1');
  const play = (duration: string) =>
    `- hosts: db\n  scripts: [{ name: io, inline: 'probe begin {}', duration: ${duration} }]\n`;
  short = await fleet.playbook('short.yml', play('1s'));
  long = await fleet.playbook('long.yml', play('10m'));
}, 60_000);
afterEach(() => fleet?.host('db1').behaveWell());
afterAll(() => fleet?.[Symbol.asyncDispose]());

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

const tapbook = (...args: readonly string[]): Promise<Ended> => runTapbook(args, { env: fleet.env });
const apply = (playbook: string, ...args: readonly string[]): Promise<Ended> =>
  tapbook('apply', playbook, '-i', fleet.inventory, ...args);

async function startLong(): Promise<Running> {
  const running = startTapbook(['apply', long, '-i', fleet.inventory], { env: fleet.env });
  await becomes(
    async () => running.stdout(),
    text => text.includes('db1 | line'),
  );
  return running;
}

/** An inventory that adds a host at which nobody listens. */
async function withGone(): Promise<readonly string[]> {
  const path = join(fleet.folder, 'gone.ini');
  await writeFile(path, '[db]\ngone1 ansible_host=127.0.0.1 ansible_port=1\n');
  return ['-i', path];
}

/** What a damaged installation does: a copy of the program of which one file is broken. */
async function runBroken(): Promise<Ended> {
  const copy = join(fleet.folder, 'dist');
  await cp(new URL('../../dist', import.meta.url).pathname, copy, { recursive: true });
  await writeFile(join(fleet.folder, 'package.json'), '{"type":"module"}');
  const file = (await readdir(join(copy, 'chunks'))).find(name => name.startsWith('apply-'));
  await appendFile(join(copy, 'chunks', file ?? ''), '\nthrow new TypeError("cannot read the moon");\n');
  const args = [join(copy, 'tapbook.js'), 'apply', short, '-i', fleet.inventory];
  return promisify(execFile)(process.execPath, args, { env: { ...process.env, ...fleet.env } }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }) => ({ code, stderr }),
  );
}

const cases = {
  ok: [() => apply(short), '1 ok; exit 0'],
  bug: [runBroken, 'tapbook: a bug in tapbook: TypeError: cannot read the moon'],
  hostFailed: [
    () =>
      fleet
        .host('db1')
        .behave('fail')
        .then(() => apply(short)),
    '1 failed; exit 2',
  ],
  invalidInput: [
    async () => apply(await fleet.playbook('bad.yml', '- hosts: db\n  script: []\n')),
    'error unknown-key',
  ],
  unreachable: [async () => apply(short, ...(await withGone()), '-l', 'gone1'), '1 unreachable; exit 4'],
  usage: [() => apply(short, '--frks', '3'), "error: unknown option '--frks'"],
  failedAndUnreachable: [
    () =>
      fleet
        .host('db1')
        .behave('fail')
        .then(async () => apply(short, ...(await withGone()))),
    '1 unreachable, 1 failed; exit 6',
  ],
  planNoLongerFits: [applyElsewhere, 'it is not as it was planned: inventory db1 → none'],
  noHosts: [() => apply(short, '-l', 'builder'), 'error no-host-matched'],
  locked: [refuse, 'error locked'],
  changed: [diffPlan, ''],
  interrupted: [interrupt, '1 interrupted; exit 130'],
} as const satisfies Record<keyof typeof exitCodes, readonly [() => Promise<Ended>, string]>;

/** A plan for hosts of which the inventory has none any more. */
async function applyElsewhere(): Promise<Ended> {
  const plan = join(fleet.folder, 'short.plan');
  await tapbook('plan', short, '-i', fleet.inventory, '--out', plan);
  return tapbook('apply', plan, ...(await withGone()));
}

/** Of two versions that differ. */
async function diffPlan(): Promise<Ended> {
  await using repository = await makeGitRepository();
  const play = (hosts: string) =>
    `- hosts: ${hosts}\n  scripts:\n    - { name: x, inline: 'probe begin { exit() }', until_exit: true }\n`;
  await repository.commit({ 'play.yml': play('a'), hosts: 'a\nb\n[build_hosts]\na\n' }, 'before');
  await repository.write({ 'play.yml': play('a,b') });
  const args = ['diff-plan', 'before', '--exit-code', '-i', join(repository.root, 'hosts')];
  return await runTapbook(args, { env: fleet.env, cwd: repository.root });
}

async function refuse(): Promise<Ended> {
  const running = await startLong();
  const refused = await apply(short);
  running.kill('SIGINT');
  await running.finished;
  return refused;
}

async function interrupt(): Promise<Ended> {
  const running = await startLong();
  running.kill('SIGINT');
  return running.finished;
}

describe.skipIf(why !== undefined)('every exit code', () => {
  test.each(Object.entries(cases))('%s', async (name, [run, text]) => {
    const { code, stderr } = await run();
    expect(stderr).toContain(text);
    expect(code).toBe(exitCodes[name as keyof typeof cases]);
    expect(await fleet.left()).toEqual([]);
  });
});
