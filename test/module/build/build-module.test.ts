import { once } from 'node:events';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { buildModuleScript } from '../../../src/module/build/build-module.generated.ts';
import { isAlive } from '../../support/is-alive.ts';
import { makeStandIns, type Ran, type StandIns, type StdinPlan } from '../../support/run-script.ts';
import { shells } from '../../support/shells.ts';
import { appears } from './builder-rig.ts';

const text = 'probe begin { println("a b") }\n# ünïcode, no newline at the end';

interface Parts {
  readonly seconds?: number;
  readonly nice?: number;
  readonly memory?: string;
  readonly sign?: readonly [hash: string, key: string];
  readonly files?: readonly (readonly [path: string, content: string])[];
}

function build(
  shell: readonly string[],
  standIns: StandIns,
  args: readonly string[],
  stdin?: StdinPlan,
  { seconds = 60, nice = 0, memory = '', sign, files }: Parts = {},
): Promise<Ran> {
  const bytes = Buffer.from(text);
  const total = String(bytes.length + (files ?? []).reduce((sum, [, content]) => sum + content.length, 0));
  const limits = [String(seconds), String(nice), memory];
  const words = [
    'NONCE',
    standIns.folder,
    'hello',
    ...limits,
    ...(sign ?? ['', '']),
    '6.1.0-1',
    total,
    String(1 + (files?.length ?? 0)),
  ];
  const sent = [
    ['hello.stp', String(bytes.length)],
    ...(files ?? []).map(([path, content]) => [path, String(content.length)]),
  ];
  return standIns.run(
    [...shell, '-c', buildModuleScript, 'tapbook-build', ...words, ...sent.flat(), 'stap', ...args],
    stdin ?? {
      bytes: text + (files ?? []).map(([, content]) => content).join(''),
      meanwhile: child => once(child, 'exit'),
    },
  );
}

/** Resolves when the script has said something of the kind, or is over. */
function says(text: string): NonNullable<StdinPlan['meanwhile']> {
  return child =>
    new Promise<void>(resolve => {
      let heard = '';
      child.stderr.on('data', chunk => {
        heard += chunk;
        if (heard.includes(text)) resolve();
      });
      child.once('close', () => resolve());
    });
}

describe.each(shells)('in %s', (_name, shell) => {
  test('tells by the C that stap leaves where the module has breakpoints in user space', async () => {
    await using standIns = await makeStandIns();
    const table = (name: string, entries: readonly string[]): string =>
      [`static struct ${name}[] = {`, ...entries.map(entry => `  ${entry}`), '};'].join('\n');
    const probed = (offset: string): string =>
      `{ .return_p=1, .finder={  .purpose="inode-uprobes", }, .solib_pathname="/opt/a  \\"b", .offset=(loff_t)0x${offset}ULL, .probe=(&stap_probes[1]), },`;
    const source = [
      '#include "linux/uprobes-inode.c"',
      table('stap_utrace_probe stap_utrace_probes', ['{ .procname="/opt/no" },']),
      table('stapiu_consumer stap_inode_uprobe_consumers', [probed('40'), probed('50')]),
    ].join('\n');
    const symbols = '.name = ".dynamic",\n.name = "/opt/a  \\"b",\n.build_id_len = 0,\n';
    const leave = (text: string): Promise<void> =>
      standIns.add(
        'stap',
        `mkdir "$TMPDIR/stapX"; cat >"$TMPDIR/stapX/hello_src.c" <<'C'\n${text}\nC\ncat >"$TMPDIR/stapX/stap_symbols.c" <<'C'\n${symbols}C\nprintf module >hello.ko`,
      );
    const told = async (): Promise<readonly string[]> =>
      (await build(shell, standIns, ['-p4'])).stderr.split('\n').filter(line => /^NONCE (?:probe|symbol)/.test(line));
    await leave(source);
    expect(await told()).toEqual([
      'NONCE probe { .finder={  .purpose="inode-uprobes", }, .solib_pathname="/opt/a  \\"b",',
      'NONCE symbol .name = "/opt/a  \\"b",',
      'NONCE symbol .build_id_len = 0,',
      'NONCE probes 1',
    ]);
    await leave('int x;');
    expect(await told()).toEqual(['NONCE probes 0']);
    // Of another SystemTap: nothing is told rather than that there are none.
    await leave('#include "linux/uprobes-inode.c"\nstatic struct other table[] = {');
    expect(await told()).toEqual([]);
    await standIns.add('stap', 'printf module >hello.ko');
    expect(await told()).toEqual([]);
  });

  test('gives stap the script and the arguments, and sends back its log and the module', async () => {
    await using standIns = await makeStandIns();
    await standIns.add(
      'stap',
      'cat hello.stp > hello.ko; for a in "$@"; do printf "[%s]" "$a"; done; echo; echo WARNING: x >&2',
    );
    const ran = await build(shell, standIns, ['-p4', '--', 'hello.stp', 'a b', "$(id)'", 'x\ny']);
    expect(ran.stdout.toString()).toBe(text);
    expect(ran.stderr).toContain("[-p4][--][hello.stp][a b][$(id)'][x\ny]\n");
    expect(ran.stderr.split('\n').filter(line => line.startsWith('NONCE'))).toEqual([
      'NONCE exit 0',
      `NONCE module ${Buffer.byteLength(text)}`,
    ]);
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  test('a stap that fails sends no module', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'echo "semantic error: no" >&2; exit 1');
    const ran = await build(shell, standIns, []);
    expect(ran.stdout.toString()).toBe('');
    expect(ran.stderr).toBe('semantic error: no\nNONCE exit 1\n');
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  test('a controller that goes away ends stap and takes the folder away', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'trap "exit 143" TERM; echo running >&2; while :; do sleep 0.1; done');
    const ran = await build(shell, standIns, [], { bytes: text });
    expect(ran.stderr).toContain('NONCE exit 143\n');
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  test('a stap that fails or is stopped leaves no empty trace headers behind; others stay', async () => {
    await using standIns = await makeStandIns();
    const cache = join(standIns.folder, 'stap-dir', 'cache');
    await mkdir(join(cache, 'ab'), { recursive: true });
    // As stap does after its make was ended: empty for what was still to be compiled.
    const leave = `cd "$SYSTEMTAP_DIR/cache/ab"
for one in tracequery_1.o tracequery_2.o stapconf_1.h; do : >"$one"; done
echo object >tracequery_2.o`;
    const asUser = ['env', `SYSTEMTAP_DIR=${join(standIns.folder, 'stap-dir')}`, ...shell];
    await writeFile(join(cache, 'ab', 'tracequery_0.o'), '');
    await utimes(join(cache, 'ab', 'tracequery_0.o'), 1, 1);
    const kept = ['stapconf_1.h', 'tracequery_0.o', 'tracequery_2.o'];

    await standIns.add('stap', `${leave}\nexit 1`);
    await build(asUser, standIns, []);
    expect((await readdir(join(cache, 'ab'))).sort()).toEqual(kept);

    await standIns.add('stap', `trap '${leave}\nexit 143' TERM; echo running >&2; while :; do sleep 0.1; done`);
    await build(asUser, standIns, [], { bytes: text, meanwhile: says('running') });
    expect((await readdir(join(cache, 'ab'))).sort()).toEqual(kept);

    // A header that does not compile is told so, too: the next build need not try it again.
    await standIns.add('stap', `${leave}\ncd "$OLDPWD"; printf module >hello.ko`);
    await build(asUser, standIns, []);
    expect((await readdir(join(cache, 'ab'))).sort()).toEqual([
      'stapconf_1.h',
      'tracequery_0.o',
      'tracequery_1.o',
      'tracequery_2.o',
    ]);
  });

  test('files lie where they belong, in their order', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'cat tapset1/a.stp tapset2/x86_64/b.stpm cert; ls >&2');
    const files = [
      ['tapset1/a.stp', 'first '],
      ['tapset2/x86_64/b.stpm', 'second '],
      ['cert', 'third'],
    ] as const;
    const ran = await build(shell, standIns, [], undefined, { files });
    expect(ran.stderr).toContain('first second third');
    expect(ran.stderr).toContain('cert\nhello.stp\ntapset1\ntapset2\n');
  });

  test('files that do not all arrive are no build', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'echo built');
    const ran = await build(shell, standIns, [], { bytes: text }, { files: [['tapset1/a.stp', 'x']] });
    expect(ran.stderr).toBe('NONCE failed the script did not arrive whole\n');
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  test('stap is as nice as it is told, and has no more memory', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'nice >&2; ulimit -v >&2');
    const ran = await build(shell, standIns, [], undefined, { nice: 7, memory: '2000000' });
    expect(ran.stderr).toContain('7\n2000000\n');
  });

  test('the module is signed by what is there', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'printf module >hello.ko');
    await standIns.add('kmodsign', 'printf "+%s+%s+" "$1" "$2" >>"$4"; cat "$3" >>"$4"');
    const parts = { sign: ['sha256', 'pkcs11:k'], files: [['cert', 'CERT']] } as const;
    const ran = await build(shell, standIns, [], { bytes: `${text}CERT`, meanwhile: says('NONCE module') }, parts);
    expect(ran.stdout.toString()).toBe('module+sha256+pkcs11:k+CERT');
    await standIns.add('kmodsign', 'echo "no such key" >&2; exit 1');
    const plan = { bytes: `${text}CERT`, meanwhile: says('NONCE failed') };
    const failed = await build(shell, standIns, [], plan, parts);
    expect(failed.stdout.toString()).toBe('');
    expect(failed.stderr).toMatch(/^NONCE failed cannot sign the module: .*kmodsign: no such key$/m);
    expect((await readdir(standIns.folder)).sort()).toEqual(['kmodsign', 'stap']);
  });

  test('who cannot sign says so before anything is built', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', ': >"$(dirname "$0")/begun"; printf module >hello.ko');
    await standIns.add('kmodsign', 'exit 0');
    const sign = ['sha256', '/nonexistent/key'] as const;
    const noKey = await build(shell, standIns, [], undefined, { sign });
    expect(noKey.stderr).toContain(
      'NONCE failed cannot sign the module: there is no key /nonexistent/key that this user may read\n',
    );
    expect((await readdir(standIns.folder)).sort()).toEqual(['kmodsign', 'stap']);
  });

  test('a signer that hangs is stopped, also when nobody wants the module any more', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'printf module >hello.ko');
    await standIns.add(
      'kmodsign',
      'trap "exit 143" TERM; : >"$(dirname "$0")/begun"; while :; do /bin/sleep 0.1; done',
    );
    const parts = { sign: ['sha256', 'pkcs11:k'], files: [['cert', 'CERT']] } as const;
    const bytes = `${text}CERT`;
    const hung = await build(shell, standIns, [], { bytes, meanwhile: says('NONCE failed') }, { ...parts, seconds: 1 });
    expect(hung.stderr).toContain('NONCE failed cannot sign the module: it took longer than 1 s\n');
    expect(hung.stdout.toString()).toBe('');
    await rm(join(standIns.folder, 'begun'));
    const meanwhile = (): Promise<unknown> => appears(join(standIns.folder, 'begun'));
    expect((await build(shell, standIns, [], { bytes, meanwhile }, parts)).stdout.toString()).toBe('');
    expect((await readdir(standIns.folder)).sort()).toEqual(['begun', 'kmodsign', 'stap']);
  });

  test('what a killed build has left goes with the next one; what lives stays', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'echo running >&2; [ ! -e ../wait ] || while :; do sleep 0.1; done');
    const folders = async (): Promise<string[]> =>
      (await readdir(standIns.folder)).filter(name => name.startsWith('tapbook-build-'));
    await writeFile(join(standIns.folder, 'wait'), '');
    let during: string[] = [];
    const killed = await build(shell, standIns, [], {
      bytes: text,
      meanwhile: async child => {
        while (during.length === 0 || !(await readdir(join(standIns.folder, during[0] ?? ''))).includes('hello.stp')) {
          during = await folders();
          await sleep(20);
        }
        await sleep(200);
        await rm(join(standIns.folder, 'wait'));
        // Another build meanwhile leaves it alone.
        await build(shell, standIns, []);
        expect(await folders()).toEqual(during);
        child.kill('SIGKILL');
      },
    });
    expect(killed.code).toBeNull();
    expect(await folders()).toEqual(during);
    await mkdir(join(standIns.folder, 'tapbook-build-nobody'));
    await build(shell, standIns, []);
    // One without an owner is perhaps being made just now.
    expect(await folders()).toEqual(['tapbook-build-nobody']);
  });

  test('what another machine or container has there goes only when it is old', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'true');
    const folder = join(standIns.folder, 'tapbook-build-elsewhere');
    await mkdir(folder);
    await writeFile(join(folder, '.owner'), '1 2 another-boot:pid:[1]\n');
    await build(shell, standIns, []);
    expect((await readdir(standIns.folder)).sort()).toEqual(['stap', 'tapbook-build-elsewhere']);
    const longAgo = new Date(Date.now() - 26 * 3600 * 1000);
    await utimes(folder, longAgo, longAgo);
    await build(shell, standIns, []);
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  test('who waits to kill a stap that takes too long holds no output', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'trap "exit 143" TERM; while :; do sleep 0.1; done');
    await standIns.add(
      'sleep',
      '[ "$1" != 5 ] || while [ -e "$0" ] && [ ! -e "$(dirname "$0")/go" ]; do /bin/sleep 0.1; done; exec /bin/sleep "$1"',
    );
    const ran = await build(shell, standIns, [], { bytes: text, meanwhile: () => sleep(2500) }, { seconds: 1 });
    expect(ran.stderr).toContain('NONCE limit 1\n');
    await writeFile(join(standIns.folder, 'go'), '');
  });

  test('a stap that takes too long is stopped, and it is said', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'trap "exit 143" TERM; while :; do sleep 0.1; done');
    const ran = await build(shell, standIns, [], { bytes: text, meanwhile: () => sleep(2500) }, { seconds: 1 });
    expect(ran.stderr).toContain('NONCE limit 1\n');
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  // Its child outlives it, as a compiler does whose parent was killed.
  const stubborn = `trap "" TERM
sh -c 'trap "" TERM; echo "child $$" >&2; while :; do sleep 0.1; done' &
echo "running $$" >&2
while :; do sleep 0.1; done`;
  const pidsIn = (said: string): readonly number[] =>
    [...said.matchAll(/^(?:child|running) (\d+)$/gm)].map(([, pid]) => Number(pid));

  test.concurrent.each([
    ['whose result nobody wants', {}],
    ['that takes too long', { seconds: 2 }],
  ])(
    'a stap %s, and that does not end when it is asked to, is ended with all that it has begun',
    async (_why, parts) => {
      await using standIns = await makeStandIns();
      await standIns.add('stap', stubborn);
      const meanwhile: StdinPlan['meanwhile'] = 'seconds' in parts ? child => once(child, 'exit') : says('child');
      const ran = await build(shell, standIns, [], { bytes: text, meanwhile }, parts);
      const pids = pidsIn(ran.stderr);
      expect(pids).toHaveLength(2);
      for (const pid of pids) await vi.waitUntil(async () => !(await isAlive(pid)), { timeout: 10_000 });
      expect(ran.stderr).toContain('NONCE exit 137\n');
      expect(await readdir(standIns.folder)).toEqual(['stap']);
    },
  );
});
