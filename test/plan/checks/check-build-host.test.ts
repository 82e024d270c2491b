import { describe, expect, test } from 'vitest';
import type { BuildHostFacts, BuildTree } from '../../../src/facts/host-facts.ts';
import { type Finding, failuresOf } from '../../../src/model/finding.ts';
import type { Need } from '../../../src/model/script-needs.ts';
import { checkBuildHost } from '../../../src/plan/checks/check-build-host.ts';
import { makeBuilder, makeKernel, makeTree } from '../rig.ts';

const release = '6.1.0-56-cloud-amd64';
const kernel = makeKernel(release, '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)');

function examine(
  facts: Partial<BuildHostFacts>,
  of: typeof kernel,
  needs: Parameters<typeof checkBuildHost>[2],
): readonly Finding[] {
  const builder = makeBuilder('b1', facts);
  if (builder.kind !== 'ready') throw new Error('not ready');
  return checkBuildHost(builder.facts, of, needs);
}

function check(
  facts: Partial<BuildHostFacts>,
  debuginfo: Need = 'unknown',
  of = kernel,
  symbols = debuginfo,
): readonly Finding[] {
  return examine(facts, of, { debuginfo, symbols });
}

function rows(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ check: name, status, found, cure }) => `${name} ${status}: ${found}${cure === undefined ? '' : ` → ${cure}`}`,
    )
    .join('\n');
}

function row(name: string, findings: readonly Finding[]): string {
  return rows(findings.filter(finding => finding.check === name));
}

function withTree(tree: Partial<BuildTree>, facts: Partial<BuildHostFacts> = {}): Partial<BuildHostFacts> {
  return { ...facts, trees: [makeTree(release, tree)] };
}

test('a build host that has all', () => {
  const facts = withTree(
    {
      wantedCompiler: 'gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0',
      requiredCompiler: 'gcc-12',
      compiler: { path: '/usr/bin/gcc-12', version: 'gcc-12 (Debian 12.4.0-5) 12.4.0' },
      debuginfo: { path: `/usr/lib/debug/lib/modules/${release}/vmlinux`, identity: 'x' },
      symbols: `/boot/System.map-${release}`,
    },
    { memoryAvailableBytes: 2e9 },
  );
  expect(rows(check(facts))).toMatchInlineSnapshot(`
    "stap ok: stap 5.1 (/usr/bin/stap)
    cross-compiler ok: none needed: both are x86_64
    headers ok: /lib/modules/6.1.0-56-cloud-amd64/build
    symvers ok: /lib/modules/6.1.0-56-cloud-amd64/build/Module.symvers
    debuginfo ok: /usr/lib/debug/lib/modules/6.1.0-56-cloud-amd64/vmlinux
    symbols ok: /boot/System.map-6.1.0-56-cloud-amd64
    compiler ok: gcc-12 (Debian 12.4.0-5) 12.4.0
    make ok: /usr/bin/make
    disk ok: /var/tmp has 10000.0 MB free
    memory ok: 2000 MB available"
  `);
});

test('a build host that has nothing', () => {
  const { stap, compiler, make, freeBytes, ...bare } = withoutTools();
  expect([stap, compiler, make, freeBytes]).toEqual([undefined, undefined, undefined, undefined]);
  expect(rows(checkBuildHost(bare, kernel, { debuginfo: 'yes', symbols: 'no' }))).toMatchInlineSnapshot(`
    "stap failed: stap is not installed → apt-get install -y systemtap
    cross-compiler ok: none needed: both are x86_64
    headers failed: no kernel headers for 6.1.0-56-cloud-amd64 → apt-get install -y linux-headers-6.1.0-56-cloud-amd64=6.1.192-2
    symvers unknown: there are no whole headers to look into
    debuginfo failed: a script needs the kernel's debuginfo, and there is none → apt-get install -y linux-image-6.1.0-56-cloud-amd64-dbg=6.1.192-2
    symbols warning: no System.map: kernel addresses in output have no names, and some probes do not resolve
    compiler failed: no C compiler is installed → apt-get install -y gcc
    make failed: make is not installed → apt-get install -y make
    disk unknown: the host does not say what is free in /var/tmp
    memory unknown: the host does not say"
  `);
});

function withoutTools(): BuildHostFacts {
  const builder = makeBuilder('b1', { trees: [] });
  if (builder.kind !== 'ready') throw new Error('not ready');
  const { stap: _, compiler: __, make: ___, freeBytes: ____, ...facts } = builder.facts;
  return facts;
}

test('every host has the same rows in the same order', () => {
  const names = (findings: readonly Finding[]): readonly string[] => findings.map(finding => finding.check);
  expect(names(checkBuildHost(withoutTools(), kernel, { debuginfo: 'no', symbols: 'no' }))).toEqual(
    names(check(withTree({}))),
  );
  expect(names(check(withTree({})))).toMatchInlineSnapshot(`
    [
      "stap",
      "cross-compiler",
      "headers",
      "symvers",
      "debuginfo",
      "symbols",
      "compiler",
      "make",
      "disk",
      "memory",
    ]
  `);
});

describe('what installs the headers, and by which commands', () => {
  const samples: readonly (readonly [what: string, os: BuildHostFacts['os'], of: ReturnType<typeof makeKernel>])[] = [
    ['Debian', { id: 'debian', version: '12', like: [] }, kernel],
    [
      'Ubuntu',
      { id: 'ubuntu', version: '22.04', like: ['debian'] },
      makeKernel('6.5.0-14-generic', '#14~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC Mon Nov 20'),
    ],
    [
      'Rocky 9',
      { id: 'rocky', version: '9.4', like: ['rhel', 'centos', 'fedora'] },
      makeKernel('5.14.0-427.13.1.el9_4.x86_64+rt', '#1 SMP'),
    ],
    [
      'CentOS 7',
      { id: 'centos', version: '7', like: ['rhel', 'fedora'] },
      makeKernel('3.10.0-1160.el7.x86_64', '#1 SMP'),
    ],
    [
      'Amazon Linux 2',
      { id: 'amzn', version: '2', like: ['fedora'] },
      makeKernel('5.10.205-195.804.amzn2.x86_64', '#1'),
    ],
    [
      'Oracle Linux',
      { id: 'ol', version: '9.3', like: ['fedora'] },
      makeKernel('5.15.0-200.131.27.el9uek.x86_64', '#1'),
    ],
    [
      'SLES',
      { id: 'sles', version: '15.5', like: ['suse'] },
      makeKernel('5.14.21-150500.55.7-default', '#1 SMP PREEMPT_DYNAMIC'),
    ],
    ['Alpine', { id: 'alpine', version: '3.20.3', like: [] }, makeKernel('6.6.58-0-lts', '#1-Alpine SMP')],
    ['a kernel of one’s own, on Fedora', { id: 'fedora', version: '41', like: [] }, makeKernel('6.9.0', '#1 SMP')],
    ['Rocky’s on Debian', { id: 'debian', version: '12', like: [] }, makeKernel('5.14.0-427.el9.x86_64', '#1 SMP')],
  ];

  test('by distribution', () => {
    const said = samples.flatMap(([what, os, of]) =>
      check({ os, trees: [] }, 'yes', of)
        .filter(finding => finding.check === 'headers' || finding.check === 'debuginfo')
        .map(({ check: name, cure, fix }) => `${what}, ${name}: ${cure}\n    ${JSON.stringify(fix)}`),
    );
    expect(said.join('\n')).toMatchInlineSnapshot(`
      "Debian, headers: apt-get install -y linux-headers-6.1.0-56-cloud-amd64=6.1.192-2
          [["apt-get","update"],["env","DEBIAN_FRONTEND=noninteractive","apt-get","install","-y","linux-headers-6.1.0-56-cloud-amd64=6.1.192-2"]]
      Debian, debuginfo: apt-get install -y linux-image-6.1.0-56-cloud-amd64-dbg=6.1.192-2
          [["apt-get","update"],["env","DEBIAN_FRONTEND=noninteractive","apt-get","install","-y","linux-image-6.1.0-56-cloud-amd64-dbg=6.1.192-2"]]
      Ubuntu, headers: apt-get install -y linux-headers-6.5.0-14-generic=6.5.0-14.14~22.04.1
          [["apt-get","update"],["env","DEBIAN_FRONTEND=noninteractive","apt-get","install","-y","linux-headers-6.5.0-14-generic=6.5.0-14.14~22.04.1"]]
      Ubuntu, debuginfo: apt-get install -y linux-image-6.5.0-14-generic-dbgsym=6.5.0-14.14~22.04.1 (Ubuntu's debug symbols stand in an archive of their own (ddebs), which has to be enabled first)
          undefined
      Rocky 9, headers: dnf install -y kernel-rt-devel-5.14.0-427.13.1.el9_4.x86_64
          [["dnf","install","-y","kernel-rt-devel-5.14.0-427.13.1.el9_4.x86_64"]]
      Rocky 9, debuginfo: dnf install -y '--enablerepo=*debug*' kernel-rt-debuginfo-5.14.0-427.13.1.el9_4.x86_64
          [["dnf","install","-y","--enablerepo=*debug*","kernel-rt-debuginfo-5.14.0-427.13.1.el9_4.x86_64"]]
      CentOS 7, headers: yum install -y kernel-devel-3.10.0-1160.el7.x86_64
          [["yum","install","-y","kernel-devel-3.10.0-1160.el7.x86_64"]]
      CentOS 7, debuginfo: yum install -y '--enablerepo=*debug*' kernel-debuginfo-3.10.0-1160.el7.x86_64
          [["yum","install","-y","--enablerepo=*debug*","kernel-debuginfo-3.10.0-1160.el7.x86_64"]]
      Amazon Linux 2, headers: yum install -y kernel-devel-5.10.205-195.804.amzn2.x86_64
          [["yum","install","-y","kernel-devel-5.10.205-195.804.amzn2.x86_64"]]
      Amazon Linux 2, debuginfo: yum install -y '--enablerepo=*debug*' kernel-debuginfo-5.10.205-195.804.amzn2.x86_64
          [["yum","install","-y","--enablerepo=*debug*","kernel-debuginfo-5.10.205-195.804.amzn2.x86_64"]]
      Oracle Linux, headers: dnf install -y kernel-uek-devel-5.15.0-200.131.27.el9uek.x86_64
          [["dnf","install","-y","kernel-uek-devel-5.15.0-200.131.27.el9uek.x86_64"]]
      Oracle Linux, debuginfo: dnf install -y '--enablerepo=*debug*' kernel-uek-debuginfo-5.15.0-200.131.27.el9uek.x86_64 (Oracle's debuginfo stands in a repository of its own, which has to be enabled first)
          undefined
      SLES, headers: zypper --non-interactive install kernel-default-devel=5.14.21-150500.55.7.1
          [["zypper","--non-interactive","install","kernel-default-devel=5.14.21-150500.55.7.1"]]
      SLES, debuginfo: zypper --non-interactive --plus-content debug install kernel-default-debuginfo=5.14.21-150500.55.7.1
          [["zypper","--non-interactive","--plus-content","debug","install","kernel-default-debuginfo=5.14.21-150500.55.7.1"]]
      Alpine, headers: apk add linux-lts-dev=6.6.58-r0
          [["apk","add","linux-lts-dev=6.6.58-r0"]]
      Alpine, debuginfo: use probes that need none
          undefined
      a kernel of one’s own, on Fedora, headers: dnf install -y kernel-devel-6.9.0
          [["dnf","install","-y","kernel-devel-6.9.0"]]
      a kernel of one’s own, on Fedora, debuginfo: use probes that need none
          undefined
      Rocky’s on Debian, headers: unpack kernel-devel 5.14.0-427.el9 there: it is Enterprise Linux's, this host is debian
          undefined
      Rocky’s on Debian, debuginfo: unpack kernel-debuginfo 5.14.0-427.el9 there: it is Enterprise Linux's, this host is debian
          undefined"
    `);
  });
});

describe('the compiler', () => {
  const gcc14 = { path: '/usr/bin/gcc', version: 'gcc (Debian 14.2.0-19) 14.2.0' };
  const wantedCompiler = 'gcc-12 (Debian 12.2.0-14) 12.2.0';

  test.each<[what: string, facts: Partial<BuildHostFacts>, said: string]>([
    [
      'the tree takes one only, and it is not there',
      withTree({ wantedCompiler, requiredCompiler: 'gcc-12' }, { compiler: gcc14 }),
      'compiler failed: gcc-12 is not installed, and the headers take no other → apt-get install -y gcc-12',
    ],
    [
      'another major version',
      withTree({ wantedCompiler, compiler: gcc14 }),
      "compiler warning: gcc (Debian 14.2.0-19) 14.2.0, but the kernel was made with gcc-12 (Debian 12.2.0-14) 12.2.0 → install gcc 12 if builds fail: another one may not know the kernel's options",
    ],
    [
      'another minor version',
      withTree({
        wantedCompiler: 'gcc (GCC) 11.4.1 20230605 (Red Hat 11.4.1-2)',
        compiler: { path: '/usr/bin/gcc', version: 'gcc (GCC) 11.5.0 20240719 (Red Hat 11.5.0-2)' },
      }),
      'compiler ok: gcc (GCC) 11.5.0 20240719 (Red Hat 11.5.0-2)',
    ],
    [
      'clang',
      withTree({ wantedCompiler: 'clang version 17.0.6', compiler: gcc14 }),
      'compiler warning: gcc (Debian 14.2.0-19) 14.2.0, but the kernel was made with clang version 17.0.6 → install clang if builds fail',
    ],
    ['a tree that does not say', withTree({}, { compiler: gcc14 }), `compiler ok: ${gcc14.version}`],
  ])('%s', (_what, facts, said) => {
    expect(row('compiler', check(facts))).toBe(said);
  });
});

describe('the tree', () => {
  test.each<[what: string, tree: Partial<BuildTree>, said: string]>([
    [
      'a link to nothing',
      { headers: 'dangling-link', pointsTo: '/usr/src/gone' },
      `headers failed: /lib/modules/${release}/build points to /usr/src/gone, which is not there → apt-get install -y linux-headers-${release}=6.1.192-2`,
    ],
    [
      'without its configuration',
      { headers: 'incomplete', lacks: ['.config', 'Module.symvers'] },
      `headers failed: /lib/modules/${release}/build lacks .config → apt-get install -y linux-headers-${release}=6.1.192-2`,
    ],
    [
      'of another build',
      { utsVersion: '#1 SMP Debian 6.1.192-1' },
      `headers failed: its headers are of "#1 SMP Debian 6.1.192-1", the target runs "${kernel.version}" → apt-get install -y linux-headers-${release}=6.1.192-2, or boot the target into the kernel that the headers are of`,
    ],
  ])('%s', (_what, tree, said) => {
    expect(row('headers', check(withTree(tree)))).toBe(said);
  });

  test('without Module.symvers', () => {
    const findings = check(withTree({ headers: 'incomplete', lacks: ['Module.symvers'] }));
    expect(`${row('headers', findings)}\n${row('symvers', findings)}`).toBe(
      `headers ok: /lib/modules/${release}/build\n` +
        `symvers failed: /lib/modules/${release}/build lacks Module.symvers, without which no module fits its kernel → apt-get install -y linux-headers-${release}=6.1.192-2`,
    );
  });
});

describe('debuginfo and symbols', () => {
  const dbg = `apt-get install -y linux-image-${release}-dbg=6.1.192-2`;

  test.each<[need: Need, facts: Partial<BuildHostFacts>, said: string]>([
    ['no', {}, 'debuginfo ok: none; no script needs it\nsymbols ok: none; no script needs them'],
    [
      'yes',
      {},
      `debuginfo failed: a script needs the kernel's debuginfo, and there is none → ${dbg}\nsymbols warning: no System.map: kernel addresses in output have no names, and some probes do not resolve`,
    ],
    [
      'unknown',
      {},
      `debuginfo warning: none; scripts may need it → ${dbg}\nsymbols warning: no System.map: kernel addresses in output have no names, and some probes do not resolve`,
    ],
    [
      'yes',
      { debuginfod: 'not-set' },
      `debuginfo failed: a script needs the kernel's debuginfo, and there is none → ${dbg}, or set DEBUGINFOD_URLS where stap runs, as /etc/debuginfod says\nsymbols warning: no System.map: kernel addresses in output have no names, and some probes do not resolve`,
    ],
    [
      'yes',
      { debuginfod: 'asked' },
      'debuginfo warning: none here; stap will ask debuginfod (DEBUGINFOD_URLS) → see that this server has the kernel: debuginfod-find debuginfo vmlinux of its build id\nsymbols warning: no System.map: kernel addresses in output have no names, and some probes do not resolve',
    ],
  ])('needed: %s, %j', (need, facts, said) => {
    const findings = check(facts, need, kernel, need === 'no' ? 'no' : 'unknown');
    expect(`${row('debuginfo', findings)}\n${row('symbols', findings)}`).toBe(said);
  });

  test('symbols that debuginfod may have', () => {
    expect(row('symbols', check({ debuginfod: 'asked' }, 'no', kernel, 'yes'))).toBe(
      'symbols warning: no System.map; stap will ask debuginfod (DEBUGINFOD_URLS) for the DWARF, which has them',
    );
  });

  test('symbols alone', () => {
    const findings = check({}, 'no', kernel, 'yes');
    expect(`${row('debuginfo', findings)}\n${row('symbols', findings)}`).toBe(
      `debuginfo ok: none; no script needs it\nsymbols failed: a script needs the kernel's symbols (kprobe.function), and there is no System.map → copy the target's /boot/System.map there, if it has symbols; else ${dbg}`,
    );
  });

  test('what only may be needed is no fix', () => {
    expect(check({}, 'unknown').find(finding => finding.check === 'debuginfo')?.fix).toBeUndefined();
  });
});

describe('room', () => {
  test.each<[Partial<BuildHostFacts>, string]>([
    [{ freeBytes: 19e6 }, 'disk failed: /var/tmp has 19.0 MB free → make room in /var/tmp'],
    [{ freeBytes: 150e6 }, 'disk warning: /var/tmp has 150.0 MB free → make room in /var/tmp'],
    [{ freeBytes: 2e9 }, 'disk ok: /var/tmp has 2000.0 MB free'],
  ])('%j', (facts, said) => {
    expect(row('disk', check(facts))).toBe(said);
  });

  test('little memory', () => {
    expect(row('memory', check({ memoryAvailableBytes: 300e6 }))).toBe(
      'memory warning: 300 MB available: a build with debuginfo may take more → free memory, or add swap',
    );
  });
});

describe('who signs', () => {
  const tree = makeTree(release);
  const signed = (facts: Partial<BuildHostFacts>, signingKey: string): string =>
    row('signing', examine(facts, kernel, { debuginfo: 'no', symbols: 'no', signingKey }));

  test.each<[facts: Partial<BuildHostFacts>, key: string, said: string]>([
    [
      { trees: [tree] },
      '/root/mok',
      'signing failed: neither scripts/sign-file of the headers nor kmodsign is here → apt-get install -y sbsigntool',
    ],
    [
      { trees: [tree], kmodsign: '/usr/bin/kmodsign', readableKeys: [] },
      '/root/mok',
      'signing failed: there is no key /root/mok that root may read → put it there, readable for root only',
    ],
    [
      { trees: [tree], kmodsign: '/usr/bin/kmodsign', readableKeys: ['/root/mok'] },
      '/root/mok',
      'signing ok: /usr/bin/kmodsign, /root/mok',
    ],
    [
      { trees: [{ ...tree, signFile: '/lib/x/sign-file' }] },
      'pkcs11:k',
      'signing ok: /lib/x/sign-file; whether the key can be used shows when it is',
    ],
  ])('%j %s', (facts, key, said) => {
    expect(signed(facts, key)).toBe(said);
  });
});

test('what is below a sysroot nobody has looked into', () => {
  const findings = examine({ trees: [] }, kernel, {
    debuginfo: 'yes',
    symbols: 'yes',
    builtBy: 'sysroot',
  });
  expect(row('headers', findings)).toBe('headers unknown: they are to be below the sysroot, where nobody has looked');
  expect(failuresOf(findings)).toEqual([]);
});

describe('another machine', () => {
  const arm = makeKernel('6.1.0-56-cloud-arm64', '', 'aarch64');
  const withCompilers = (tree: Partial<BuildTree>, ...crossCompilers: readonly string[]): Partial<BuildHostFacts> => ({
    crossCompilers: crossCompilers.map(name => ({ name, identity: '1:2' })),
    trees: [makeTree('6.1.0-56-cloud-arm64', tree)],
  });

  test.each<[what: string, facts: Partial<BuildHostFacts>, expected: string]>([
    [
      'whose compiler is there',
      withCompilers({}, 'aarch64-linux-gnu-gcc'),
      'cross-compiler ok: it is x86_64, the target is aarch64: aarch64-linux-gnu-gcc builds for it',
    ],
    [
      'whose compiler is not the one that the tree calls',
      withCompilers({ requiredCompiler: 'gcc-12' }, 'aarch64-linux-gnu-gcc'),
      'cross-compiler failed: it is x86_64, the target is aarch64, and aarch64-linux-gnu-gcc-12 is not installed → apt-get install -y gcc-12-aarch64-linux-gnu',
    ],
    [
      'whose compiler is missing, on Fedora',
      { ...withCompilers({}), os: { id: 'fedora', version: '41', like: [] } },
      'cross-compiler failed: it is x86_64, the target is aarch64, and aarch64-linux-gnu-gcc is not installed → dnf install -y gcc-aarch64-linux-gnu',
    ],
  ])('%s', (_what, facts, expected) => {
    expect(row('cross-compiler', check(facts, 'no', arm))).toBe(expected);
  });

  test('that nobody knows how to build for', () => {
    expect(row('cross-compiler', check({}, 'no', makeKernel('6.1', '', 'sparc64')))).toBe(
      'cross-compiler failed: it is x86_64, the target is sparc64 → name a build host that is sparc64, or write arch and cross_compile into stap_options',
    );
    const own = (crossCompile: string): string =>
      row(
        'cross-compiler',
        examine({}, makeKernel('6.1', '', 'sparc64'), {
          debuginfo: 'no',
          symbols: 'no',
          arch: 'sparc',
          crossCompile,
        }),
      );
    expect(own('sparc64-linux-gnu-')).toBe(
      "cross-compiler failed: it is x86_64, the target is sparc64, and sparc64-linux-gnu-gcc is not on stap's PATH there",
    );
    expect(own('/opt/sparc/bin/sparc64-')).toBe(
      'cross-compiler unknown: it is x86_64, the target is sparc64; whether /opt/sparc/bin/sparc64-gcc is there, the build will show',
    );
  });
});
