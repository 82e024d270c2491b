import { expect, test } from 'vitest';
import { readGeneratedProbes } from '../../../src/module/stap/read-generated-probes.ts';

/** As SystemTap 5.1 has them. */
const bash = [
  '.name = "/usr/bin/bash",',
  '.path = "/usr/bin/bash",',
  '.build_id_bits = (unsigned char *)"\\x8b\\x36\\x2a\\xcb\\x36\\xd9\\xf6\\xe7\\x10\\x3e\\xf8\\x43\\x3c\\x21\\x41\\x26\\x59\\x8\\xac\\x8f",',
  '.build_id_len = 20,',
];
const bashId = '8b362acb36d9f6e7103ef8433c2141265908ac8f';
const consumer = (fields: string): string => `{ .finder={  .purpose="inode-uprobes", ${fields}`;
const callbacks = '.mmap_callback=&stapiu_mmap_found,  .munmap_callback=&stapiu_munmap_found, },';

function read(probes: readonly string[], symbols: readonly string[], count = probes.length): unknown {
  const found = readGeneratedProbes({ probes, symbols, count });
  return found.ok ? found.value.map(({ path, buildId }) => `${buildId} ${path}`) : found.error.cause;
}

test.each<[what: string, line: string]>([
  [
    'a library or a program that is loaded anywhere',
    `${callbacks} .solib_pathname="/usr/bin/bash", .module_name="/usr/bin/bash",`,
  ],
  [
    'a program at a fixed address',
    '.callback=&stapiu_process_found, .build_id_len=0, .procname="/usr/bin/bash", }, .module_name="/usr/bin/bash",',
  ],
  ['SystemTap 4.3', `${callbacks} .solib_pathname="/usr/bin/bash",`],
])('the file of %s', (_what, line) => {
  expect(read([consumer(line)], bash)).toEqual([`${bashId} /usr/bin/bash`]);
});

test('SystemTap 4.1 and older: a target for each file, to which probes refer', () => {
  const lines = [
    '{ .finder={  .purpose="inode-uprobes", .procname="/opt/app",  .mmap_callback=&stapiu_mmap_found, }, .filename="/usr/bin/bash", },',
    '{ .target=&stap_inode_uprobe_targets[0],',
  ];
  expect(read(lines, bash)).toEqual([`${bashId} /usr/bin/bash`]);
});

test('kernels without uprobes: the finders', () => {
  const line = '{ .finder={  .purpose="uprobes", .procname="/usr/bin/bash", }, .pathname="/usr/bin/bash",  },';
  expect(read([line], bash)).toEqual([`${bashId} /usr/bin/bash`]);
});

test('files are sorted by path, each once, and those that are only known are left out', () => {
  const symbols = [
    '.path = "/lib/modules/6.1.0/ext4.ko",',
    '.build_id_len = 0,',
    ...bash,
    '.name = "/a",',
    '.build_id_bits = "\\x1",',
    '.build_id_len = 1,',
  ];
  const lines = ['/usr/bin/bash', '/a', '/usr/bin/bash'].map(path =>
    consumer(`.solib_pathname="${path}", .module_name="${path}",`),
  );
  expect(read(lines, symbols)).toEqual(['01 /a', `${bashId} /usr/bin/bash`]);
  expect(read([], symbols)).toEqual([]);
});

test('a name of other characters than ASCII, with a quote and a backslash', () => {
  const name = '/opt/vic \\303\\251\\"x\\\\101, .procname=';
  const symbols = [`.name = "${name}",`, ...bash.slice(2)];
  const line = consumer(
    `.callback=&stapiu_process_found, .build_id_len=0, .procname="${name}", }, .module_name="${name}",`,
  );
  expect(read([line], symbols)).toEqual([`${bashId} /opt/vic é"x\\101, .procname=`]);
});

test('what SystemTap tells by the build-id, it compares itself', () => {
  const line = (field: string): string =>
    consumer(`.${field}="${bashId}", .${field}_len=40, .${field}_vaddr=896ULL, }, .module_name="/usr/bin/bash",`);
  expect(read([line('build_id'), line('solib_build_id')], bash)).toEqual([]);
});

const one = consumer('.solib_pathname="/usr/bin/bash", .module_name="/usr/bin/bash",');
test.each<[what: string, probes: readonly string[], symbols: readonly string[], why: RegExp]>([
  ['without a build-id', [one], ['.name = "/usr/bin/bash",', '.build_id_len = 0,'], /\/usr\/bin\/bash has no build-id/],
  ['that nothing is told of', [one], [], /\/usr\/bin\/bash has no build-id/],
  ['with half a build-id', [one], bash.with(3, '.build_id_len = 21,'), /has no build-id/],
  ['that is two', [one], [...bash, bash[1] ?? '', '.build_id_bits = "\\x1",', '.build_id_len = 1,'], /several files/],
  [
    'that is none: an address of a process',
    [consumer('.pid=12, .callback=&stapiu_process_found, .build_id_len=0, .procname="", }, .module_name="",')],
    bash,
    /bare address/,
  ],
  ['in a form of its own', [consumer('.inode=7,')], bash, /bare address/],
  [
    'with two names',
    [consumer('.solib_pathname="/usr/bin/bash", .module_name="/bin/bash",')],
    bash,
    /not clear which file/,
  ],
  [
    'with a blank at its end',
    [consumer('.solib_pathname="/usr/bin/bash ", .module_name="/usr/bin/bash ",')],
    ['.name = "/usr/bin/bash ",', ...bash.slice(2)],
    /not clear which file/,
  ],
  ['with a relative name', [consumer('.solib_pathname="bash",')], bash, /not clear which file/],
  [
    'with a line end in its name',
    [consumer('.solib_pathname="/usr/bin\\n/bash",')],
    bash,
    /not clear which file|no build-id/,
  ],
  [
    'with an octal line end in its name',
    [consumer('.solib_pathname="/usr/bin\\012/bash",')],
    bash,
    /not clear which file/,
  ],
])('a file %s is an error', (_what, probes, symbols, why) => {
  expect(read(probes, symbols)).toMatch(why);
});

test('a list that did not come whole is an error', () => {
  expect(read([one], bash, 2)).toBe('stap told of 2 kinds of probes, and 1 came');
});
