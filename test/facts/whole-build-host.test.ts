import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { buildHostProbeScript } from '../../src/facts/build-host-probe.generated.ts';
import type { BuildHostFacts } from '../../src/facts/host-facts.ts';
import { parseBuildHostFacts } from '../../src/facts/parse-build-host-facts.ts';
import { type MadeUpHostParts, makeUpHost } from '../support/made-up-host.ts';
import { shells } from '../support/shells.ts';

async function probe(shell: readonly string[], parts: MadeUpHostParts, asked: readonly string[]) {
  await using host = await makeUpHost(parts);
  const output = await host.probe(shell, buildHostProbeScript, ['NONCE', ...asked]);
  const probed = asked.flatMap(one => (one.startsWith('probed=') ? [one.slice('probed='.length)] : []));
  const read = parseBuildHostFacts(output, 'NONCE', probed);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const config = '# made up\nCONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14) 12.2.0"\n';
const compile = '#define UTS_MACHINE "x86_64"\n#define UTS_VERSION "#1 SMP Debian 6.1.1-1"\n';
/** As Debian's linux-headers have it. */
const debianVariables = `override ARCH = x86
CCACHE = ccache
CC = $(if $(DEBIAN_KERNEL_USE_CCACHE),$(CCACHE)) $(CROSS_COMPILE)gcc-12
`;
const builder: MadeUpHostParts = {
  programs: {
    uname: `case $1 in -rvm) echo '6.12.1 #1 SMP x86_64' ;; esac`,
    id: `echo 'uid=1001(ops) gid=1001(ops) groups=1001(ops)'`,
    nproc: 'echo 8',
    df: `printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\n/dev/sda1 9 1 5000 58%% /\\n'`,
    stap: `echo 'WARNING: no cache' >&2
echo 'Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)' >&2; echo 'Copyright' >&2`,
    'dpkg-query': `printf 'install ok installed:5.1-5'`,
    'aarch64-linux-gnu-gcc-12': ':',
    'arm-linux-gnueabihf-gcc': ':',
    'aarch64-linux-gnu-gcc-ar': ':',
    make: ':',
    kmodsign: ':',
    'gcc-12': `echo 'gcc-12 (Debian 12.4.0-5) 12.4.0'; echo 'Copyright'`,
    readelf: `[ "$1" = -n ] && printf '  GNU   0x14  NT_GNU_BUILD_ID\\n    Build ID: 3b43fad5\\n'`,
  },
  files: {
    '/etc/os-release': 'ID=debian\nVERSION_ID="13"\n',
    '/etc/debuginfod/made-up.urls': 'https://debuginfod.example\n',
    '/proc/meminfo': 'MemAvailable:     1000 kB\n',
    '/lib/modules/6.1.0-1/build/.kernelvariables': debianVariables,
    '/lib/modules/6.1.0-1/build/.config': config,
    '/lib/modules/6.1.0-1/build/Module.symvers': 'symvers\n',
    '/lib/modules/6.1.0-1/build/Makefile': 'include ../linux-headers-6.1.0-1-common/Makefile\n',
    '/lib/modules/6.1.0-1/build/include/generated/compile.h': compile,
    '/usr/lib/debug/boot/vmlinux-6.1.0-1': 'ELF',
    '/lib/modules/6.1.0-1/vmlinux': 'comes later',
    '/boot/System.map-6.1.0-1': '0000 T start_kernel\n'.repeat(60),
    '/lib/modules/6.1.0-2/build/.config': config,
    '/lib/modules/6.1.0-2/build/Makefile': '',
    // What Debian puts in place of the symbols.
    '/boot/System.map-6.1.0-2': 'ffffffffffffffff B The real System.map is in the linux-image-dbg package\n',
  },
  links: { '/lib/modules/6.1.0-3/build': '/usr/src/linux-headers-6.1.0-3' },
};

describe.each(shells)('in %s', (_name, shell) => {
  test('a build host with trees in every state', async () => {
    const identity = createHash('sha256')
      .update(`.config\n${config}Module.symvers\nsymvers\ninclude/generated/compile.h\n${compile}`)
      .digest('hex');
    const tree = (release: string, headers: string): object => ({
      release,
      headers,
      path: `/lib/modules/${release}/build`,
    });
    expect(
      await probe(shell, builder, [
        ...['/dev/null', '/nonexistent/key', 'probed=/nonexistent/postgres'],
        ...['6.1.0-1', '6.1.0-2', '6.1.0-3', '6.1.0-4'],
      ]),
    ).toEqual({
      kernel: { release: '6.12.1', machine: 'x86_64', version: '#1 SMP' },
      os: { id: 'debian', version: '13', like: [] },
      user: { name: 'ops', uid: 1001 },
      stap: {
        path: '/stand-ins/stap',
        version: '5.1',
        banner: 'Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)',
      },
      stapPackage: { manager: 'dpkg', name: 'systemtap', version: '5.1-5' },
      compiler: { path: '/stand-ins/gcc-12', version: 'gcc-12 (Debian 12.4.0-5) 12.4.0' },
      crossCompilers: expect.arrayContaining(
        ['aarch64-linux-gnu-gcc-12', 'arm-linux-gnueabihf-gcc'].map(name => ({
          name,
          identity: expect.stringMatching(/^\d+:\d+$/),
        })),
      ),
      kmodsign: '/stand-ins/kmodsign',
      readableKeys: ['/dev/null'],
      debuginfod: 'not-set',
      binaries: [{ path: '/nonexistent/postgres', state: 'missing' }],
      make: expect.stringMatching(/make$/),
      cpus: 8,
      memoryAvailableBytes: 1000 * 1024,
      buildDirectory: '/var/tmp',
      freeBytes: 5000 * 1024,
      trees: [
        {
          ...tree('6.1.0-1', 'present'),
          identity,
          utsVersion: '#1 SMP Debian 6.1.1-1',
          wantedCompiler: 'gcc-12 (Debian 12.2.0-14) 12.2.0',
          requiredCompiler: 'gcc-12',
          compiler: { path: '/stand-ins/gcc-12', version: 'gcc-12 (Debian 12.4.0-5) 12.4.0' },
          debuginfo: { path: '/usr/lib/debug/boot/vmlinux-6.1.0-1', identity: 'build-id:3b43fad5' },
          symbols: '/boot/System.map-6.1.0-1',
        },
        { ...tree('6.1.0-2', 'incomplete'), lacks: ['Module.symvers'] },
        { ...tree('6.1.0-3', 'dangling-link'), pointsTo: '/usr/src/linux-headers-6.1.0-3' },
        tree('6.1.0-4', 'missing'),
      ],
    } satisfies Record<keyof BuildHostFacts, unknown>);
  });

  test('without readelf, size and time tell one vmlinux from another', async () => {
    const programs = { ...builder.programs, readelf: 'exit 127' };
    const facts = await probe(shell, { ...builder, programs }, ['6.1.0-1']);
    expect(facts.trees[0]?.debuginfo?.identity).toMatch(/^3:\d{10,}$/);
  });

  test('a word in .config that names no compiler is not run', async () => {
    const files = {
      ...builder.files,
      '/lib/modules/6.1.0-1/build/.config': 'CONFIG_CC_VERSION_TEXT="printenv 1"\n',
      '/lib/modules/6.1.0-1/build/.kernelvariables': '',
    };
    const programs = { ...builder.programs, printenv: 'echo ran', gcc: 'echo gcc 14' };
    const facts = await probe(shell, { ...builder, files, programs }, ['6.1.0-1']);
    expect(facts.compiler).toEqual({ path: '/stand-ins/gcc', version: 'gcc 14' });
  });

  test('a stap that hangs counts as none', async () => {
    const programs = { ...builder.programs, sleep: 'exec /bin/sleep 0.3', stap: '/bin/sleep 20' };
    const facts = await probe(shell, { ...builder, programs }, []);
    expect([facts.stap, facts.trees]).toEqual([undefined, []]);
  });
});
