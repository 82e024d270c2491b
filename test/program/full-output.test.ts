import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, runTapbook } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`limits of what is kept are left out: ${why}`);

let fleet: StandInFleet;
beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startStandInFleet('db1', 'db2');
  for (const { behave } of fleet.hosts) {
    await behave('flood');
    await behave('exits');
  }
}, 60_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

/** What each host prints; without the newlines 10 kB. */
const printed = ['started', ...Array.from({ length: 10 }, (_, index) => `line ${index + 1}${' x'.repeat(500)}`), 'END'];
const toText = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('');
const toKeep = printed.slice(0, 5);
const mark = '… nothing more of io is kept here: output.max_file is 5kB';

/** A history of its own, and a playbook with these settings of `output`; resolves to an apply, and to what reads it. */
async function prepare(output: string) {
  const folder = await mkdtemp(join(fleet.folder, 'full-'));
  const playbook = join(folder, 'io.yml');
  const script = `name: io, inline: 'probe begin { exit() }', until_exit: true, output: { ${output} }`;
  await writeFile(playbook, `- hosts: db\n  scripts: [{ ${script} }]\n`);
  const env = { ...fleet.env, XDG_STATE_HOME: join(folder, 'state') };
  const runs = join(folder, 'state/tapbook/runs');
  return {
    folder,
    apply: (...args: string[]) => runTapbook(['apply', playbook, '-i', fleet.inventory, ...args], { env }),
    tapbook: async (...args: string[]) => {
      const { code, stdout, stderr } = await runTapbook(args, { env });
      expect([code, stderr]).toEqual([0, '']);
      return stdout;
    },
    kept: async (file: string) => readFile(join(runs, (await readdir(runs)).at(-1) ?? '', file), 'utf8'),
  };
}

describe.skipIf(why !== undefined)('where no more is kept', { timeout: 120_000 }, () => {
  test('all is shown, the file says where it ends, and each view says that it is not whole', async () => {
    const { apply, tapbook, kept, folder } = await prepare('file: "{{ inventory_hostname }}.txt", max_file: 5kB');
    const note = '7 lines (6kB) not kept: output.max_file is 5kB; print less, or raise it';
    const { code, stdout, stderr } = await apply();
    expect(code).toBe(0);
    for (const name of ['db1', 'db2']) {
      const shown = stdout.split('\n').filter(line => line.startsWith(`${name} | `));
      expect(shown).toEqual(printed.map(line => `${name} | ${line}`));
      expect(await kept(`output/${name}.txt`)).toBe(toText([...toKeep, mark]));
      expect(await kept(`files/${name}.txt`)).toBe(toText([...toKeep, mark]));
    }
    expect(
      stderr.match(/^db[12]: io has printed 5kB: what it prints now is not kept \(output\.max_file\)$/gm),
    ).toHaveLength(1);
    expect(stderr).toContain(`\ndegraded db[1,2] (2 hosts): ${note}\n`);
    expect(JSON.parse(await kept('run.json'))).toMatchObject({ complete: false });

    const shown = await tapbook('show', 'last');
    expect(shown).toContain('  trouble   not all that scripts printed is kept\n');
    expect(shown.replaceAll(/\s+/g, ' ')).toContain(`degraded db[1,2] (2 hosts): ${note}`);
    const host = await tapbook('show', 'last', '--host', 'db1');
    expect(host.replaceAll(/\s+/g, ' ')).toContain('; 7 lines (6kB) not kept, no module left');
    expect(host).toContain(toText([...toKeep, mark]));
    expect(await tapbook('show', 'last', '--fold')).toContain(`OUTPUT db[1,2] (2 hosts)\n${toText([...toKeep, mark])}`);
    await tapbook('report', 'last', '--out', join(folder, 'report.html'));
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page).toContain(note);
    expect(page).toContain(mark);
  });

  test('programs get each line, and how many the history has', async () => {
    const { apply, tapbook } = await prepare('max_file: 5kB');
    const { stdout } = await apply('--format', 'json');
    const textsOf = (text: string, name: string) =>
      eventsOf(parseEvents(text), 'line').flatMap(({ host, text: line }) => (host === name ? [line] : []));
    const unkept = { lines: 7, bytes: 6047, limit: 'max_file', most: 5000 };
    const history = await tapbook('show', 'last', '--events');
    for (const text of [stdout, history]) {
      expect(eventsOf(parseEvents(text), 'script-finished')).toMatchObject([
        { lines: 12, unkept },
        { lines: 12, unkept },
      ]);
      expect(
        eventsOf(parseEvents(text), 'output-full')
          .map(({ host }) => host)
          .toSorted(),
      ).toEqual(['db1', 'db2']);
      expect(parseEvents(text).at(-1)).toMatchObject({ kind: 'run-finished', hosts: { ok: 0, degraded: 2 } });
    }
    for (const name of ['db1', 'db2']) {
      expect(textsOf(stdout, name)).toEqual(printed);
      expect(textsOf(history, name)).toEqual(toKeep);
    }
  });

  test('by the limit of the whole run, which tapbook.yml may say, that is told once', async () => {
    const { apply, kept, folder } = await prepare('histograms: add');
    await writeFile(join(folder, 'tapbook.yml'), 'max_file: 1MB\nmax_output: 12kB\n');
    const { code, stderr } = await apply();
    expect(code).toBe(0);
    const warning =
      'warning: this run has kept 12kB of output: of what scripts print nothing more is kept (--max-output)';
    expect(stderr.split('\n').filter(line => line === warning)).toHaveLength(2);
    expect(
      stderr.match(/^degraded db[12].* not kept: the run keeps 12kB; print less, or raise --max-output$/gm),
    ).not.toBeNull();
    const files = [await kept('output/db1.txt'), await kept('output/db2.txt')];
    const end = '… nothing more of io is kept here: the run keeps 12kB (--max-output)\n';
    // One of them may have printed all before the run was full.
    const texts = files.map(text => (text.endsWith(end) ? text.slice(0, -end.length) : text));
    expect(texts).not.toEqual(files);
    for (const [index, text] of texts.entries()) {
      if (text === files[index]) expect(text).toBe(toText(printed));
      else expect(toText(printed).startsWith(text)).toBe(true);
    }
    const size = texts.join('').length;
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThanOrEqual(12_000);
  });

  test('what is too little or too much is refused before anything is done', async () => {
    const { apply, folder } = await prepare('histograms: add');
    const refused = await apply('--max-output', '0');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain("'0' is invalid. Give a size such as 20MB or 1GiB, from 1kB up to 1TB.");
    await writeFile(join(folder, 'tapbook.yml'), 'max_file: 10PB\n');
    const { code, stderr } = await apply();
    expect(code).toBe(3);
    expect(stderr).toContain(`${folder}/tapbook.yml:1:11`);
    expect(stderr).toContain('Give a size such as 20MB or 1GiB, from 1kB up to 1TB.');
  });
});
