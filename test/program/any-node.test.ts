import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { runTapbook } from '../support/tapbook.ts';

/** What `npm run test:nodes` looks at on each Node that is supported: nothing but what tapbook itself says is ever printed. */
async function findCommands(): Promise<readonly string[]> {
  const { stdout } = await runTapbook(['--help']);
  // In groups, between the options and the exit codes; `help` is commander's own.
  const groups = stdout.slice(stdout.indexOf('Playbooks:'), stdout.indexOf('Exit codes:'));
  return [...groups.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name = '']) => name).filter(name => name !== 'help');
}

describe(`Node ${process.versions.node}`, () => {
  test('starts every command without a word on standard error', async () => {
    const commands = await findCommands();
    expect(commands).toEqual(expect.arrayContaining(['check', 'plan', 'apply', 'runs', 'completion']));
    for (const command of commands) {
      const { code, stdout, stderr } = await runTapbook([command, '--help']);
      expect([command, code, stderr]).toEqual([command, 0, '']);
      expect(stdout).toContain('Usage: tapbook');
    }
    expect(await runTapbook(['check', 'playbooks/heartbeat.yml'])).toMatchObject({
      code: 0,
      stderr:
        'playbooks/heartbeat.yml is valid; whether probe points, functions and types exist takes stap: --stap, or tapbook build\n',
    });
  });
});

const why = whyNoFleet();
if (why !== undefined) console.log(`an apply on this Node is left out: ${why}`);
describe.skipIf(why !== undefined)(`an apply by Node ${process.versions.node}`, () => {
  let fleet: StandInFleet;
  beforeAll(async () => {
    fleet = await startStandInFleet('db1', 'db2');
  }, 60_000);
  afterAll(() => fleet?.[Symbol.asyncDispose]());

  test('builds, runs, streams and cleans up, and says nothing else', async () => {
    const playbook = await fleet.playbook(
      'short.yml',
      "- hosts: db\n  scripts: [{ name: io, inline: 'probe begin {}', duration: 1s }]\n",
    );
    const { code, stdout, stderr } = await runTapbook(['apply', playbook, '-i', fleet.inventory], { env: fleet.env });
    expect(code, stderr).toBe(0);
    for (const host of ['db1', 'db2']) expect(stdout).toMatch(new RegExp(`^${host} \\| line 1$`, 'm'));
    expect(stderr).toContain('2 ok; exit 0');
    expect(stderr).not.toMatch(/flag|warning|deprecat|\(node:\d+\)/i);
    expect(await fleet.left()).toEqual([]);
  });
});
