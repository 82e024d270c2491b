import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildHostProbeScript } from '../../src/facts/build-host-probe.generated.ts';
import type { BuildHostFacts } from '../../src/facts/host-facts.ts';
import { parseBuildHostFacts } from '../../src/facts/parse-build-host-facts.ts';
import { makeStandIns, type StandIns } from '../support/run-script.ts';
import { shells } from '../support/shells.ts';
import { addSystem, runProbe, without } from './rig.ts';

const config = 'CONFIG_CC_VERSION_TEXT="gcc-99 (Debian 99.2.0-14) 99.2.0"\n';
const compile = '#define UTS_MACHINE "x86_64"\n#define UTS_VERSION "#1 SMP Debian 6.1.192-2"\n';

async function writeTree(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

describe.each(shells)('in %s', (_name, shell) => {
  async function probe(standIns: StandIns, releases: readonly string[], script: string): Promise<BuildHostFacts> {
    const output = await runProbe(shell, standIns, script, ['NONCE', ...releases]);
    const facts = parseBuildHostFacts(output, 'NONCE');
    if (!facts.ok) throw new Error(facts.error);
    return facts.value;
  }

  test('tools and trees', async () => {
    await using standIns = await makeStandIns();
    await addSystem(standIns);
    await standIns.add('stap', 'echo "Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)" >&2');
    await standIns.add('gcc-99', 'echo "gcc-99 (Debian 99.4.0-5) 99.4.0"; echo "Copyright"');
    await standIns.add('make', '');
    const modules = join(standIns.folder, 'modules');
    const files = { '.config': config, 'Module.symvers': 'x', Makefile: '' };
    await writeTree(join(modules, '6.1/build'), {
      ...files,
      'include/generated/compile.h': compile,
      'System.map': `${'0'.repeat(1001)}\n`,
    });
    await writeTree(join(modules, '6.2/build'), { '.config': config, Makefile: '' });
    await mkdir(join(modules, '6.3'));
    await symlink(join(modules, 'nowhere'), join(modules, '6.3/build'));
    await writeTree(join(modules, '6.4/build'), { ...files, 'System.map': 'a stub', vmlinux: 'dwarf' });
    // The trees stand elsewhere, so that the test needs no root.
    const script = buildHostProbeScript.replaceAll('/lib/modules', modules);

    const facts = await probe(standIns, ['6.1', '6.2', '6.3', '6.4', '6.5'], script);
    expect(facts).toMatchObject({
      kernel: { release: '6.1.0-56-cloud-amd64', machine: 'x86_64' },
      user: { name: 'root', uid: 0 },
      stap: {
        path: join(standIns.folder, 'stap'),
        version: '5.1',
        banner: 'Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)',
      },
      compiler: { path: join(standIns.folder, 'gcc-99'), version: 'gcc-99 (Debian 99.4.0-5) 99.4.0' },
      buildDirectory: '/var/tmp',
    });
    const named = (name: string, text: string): string => `${name}\n${text}`;
    const identity = (...parts: string[]): string => createHash('sha256').update(parts.join('')).digest('hex');
    const both = [named('.config', config), named('Module.symvers', 'x')];
    const wanted = {
      wantedCompiler: 'gcc-99 (Debian 99.2.0-14) 99.2.0',
      compiler: { path: join(standIns.folder, 'gcc-99'), version: 'gcc-99 (Debian 99.4.0-5) 99.4.0' },
    };
    expect(facts.trees).toEqual([
      {
        release: '6.1',
        path: '/lib/modules/6.1/build',
        headers: 'present',
        identity: identity(...both, named('include/generated/compile.h', compile)),
        utsVersion: '#1 SMP Debian 6.1.192-2',
        ...wanted,
        symbols: join(modules, '6.1/build/System.map'),
      },
      { release: '6.2', path: '/lib/modules/6.2/build', headers: 'incomplete', lacks: ['Module.symvers'] },
      { release: '6.3', path: '/lib/modules/6.3/build', headers: 'dangling-link', pointsTo: join(modules, 'nowhere') },
      {
        release: '6.4',
        path: '/lib/modules/6.4/build',
        headers: 'present',
        identity: identity(...both),
        ...wanted,
        debuginfo: { path: join(modules, '6.4/build/vmlinux'), identity: expect.stringMatching(/^5:\d+$/) },
      },
      { release: '6.5', path: '/lib/modules/6.5/build', headers: 'missing' },
    ]);
  });

  test('a host with nothing', async () => {
    await using standIns = await makeStandIns();
    await addSystem(standIns);
    const facts = await probe(standIns, [], without(['stap', 'make', 'gcc', 'cc'], buildHostProbeScript));
    expect(facts.trees).toEqual([]);
    expect([facts.stap, facts.make, facts.compiler]).toEqual([undefined, undefined, undefined]);
    expect(facts.cpus).toBeGreaterThan(0);
    expect(facts.freeBytes).toBeGreaterThan(0);
  });
});
