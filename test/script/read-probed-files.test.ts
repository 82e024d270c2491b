import { describe, expect, test } from 'vitest';
import { type ProbedFiles, readProbedFiles } from '../../src/script/read-probed-files.ts';

const postgres = '/usr/lib/postgresql/17/bin/postgres';

/** One line for each thing that is told: `+` is certain, `?` possible; in brackets what only the build looks into. */
function shown({ paths, buildIds, unsure }: ProbedFiles): readonly string[] {
  const mark = ({ use, presence }: { readonly use: string; readonly presence: string }): string =>
    `${presence === 'certain' ? '+' : '?'}${use === 'build' ? 'build ' : ''}`;
  return [
    ...paths.map(one => `${mark(one)}${one.kind} ${one.path}`),
    ...buildIds.map(one => `${mark(one)}id ${one.buildId}`),
    ...unsure.map(one => `${mark(one)}${one.kind} ${one.text}`),
  ];
}

function read(text: string, ...args: readonly (string | undefined)[]): readonly string[] {
  return shown(readProbedFiles(text, args));
}

describe('forms of a program', () => {
  test.each([
    ['probe process("/bin/ls").function("main") {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").function("main").return {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").function("*").call, process("/bin/ls").function("*").inline {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").function("f").callee("g") {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").function("f").exported {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").statement("main@ls.c:10") {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").statement(0x4000) {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").mark("a") {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").provider("p").mark("*") {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").plt {}', ['+program /bin/ls']],
    ['probe process("/bin/ls").plt("malloc").return {}', ['+program /bin/ls']],
    ['probe process("/usr/lib/libc.so.6").function("malloc") {}', ['+library /usr/lib/libc.so.6']],
    ['probe process("/opt//a/./b").mark("m") {}', ['+program /opt/a/b']],
    ['probe process("/opt/sock.d/x").mark("m") {}', ['+program /opt/sock.d/x']],
    // A name of wide characters is one as any other.
    ['probe process("/opt/größe").mark("m") {}', ['+program /opt/größe']],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('libraries of a program', () => {
  test.each([
    [
      'probe process("/bin/ls").library("/lib/libc.so.6").function("malloc") {}',
      ['+build program /bin/ls', '+library /lib/libc.so.6'],
    ],
    ['probe process("/bin/ls").library("libc.so.6").plt("x") {}', ['+build program /bin/ls', '+by-name libc.so.6']],
    ['probe process("/bin/ls").library("libpq*").mark("x") {}', ['+build program /bin/ls', '+wildcard libpq*']],
    // A library of that form is always told as one, whatever its name.
    ['probe process("/bin/ls").library("/opt/plugin").plt {}', ['+build program /bin/ls', '+library /opt/plugin']],
    [
      'probe process.library("/lib/libc.so.6").function("f") {}',
      ['+library /lib/libc.so.6', '+unnamed process.library.function'],
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('points that plant nothing', () => {
  test.each([
    ['probe process("/bin/ls").begin, process("/bin/ls").end {}', ['+build program /bin/ls']],
    ['probe process("/bin/ls").thread.begin, process("/bin/ls").thread.end {}', ['+build program /bin/ls']],
    ['probe process("/bin/ls").syscall.return {}', ['+build program /bin/ls']],
    ['probe perf.hw.cpu_cycles.process("/bin/ls").counter("c") {}', ['+build program /bin/ls']],
    ['probe process("ls").begin {}', ['+build by-name ls']],
    ['probe process.begin, process.end, process.thread.begin, process.syscall {}', []],
    ['probe process(42).begin, process(42).syscall {}', []],
    ['probe process.data(0xc000).write {}', []],
    // What plants anything into a file counts more than what does not, wherever it stands.
    ['probe process("/bin/ls").begin {} probe process("/bin/ls").mark("m") ? {}', ['+program /bin/ls']],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('what only the build shows', () => {
  test.each([
    ['probe process("postgres").mark("m") {}', ['+by-name postgres']],
    [
      'probe process("/usr/lib/postgresql/*/bin/postgres").mark("m") {}',
      ['+wildcard /usr/lib/postgresql/*/bin/postgres'],
    ],
    ['probe process("/usr/bin/pg_dump?").mark("m") {}', ['+wildcard /usr/bin/pg_dump?']],
    ['probe process("/usr/bin/[ab]").mark("m") {}', ['+wildcard /usr/bin/[ab]']],
    ['probe process("./a.out").function("main") {}', ['+relative ./a.out']],
    ['probe process("~/bin/a").function("main") {}', ['+relative ~/bin/a']],
    ['probe process("$HOME/a").function("main") {}', ['+relative $HOME/a']],
    ['probe process(4711).function("main") {}', ['+pid 4711']],
    ['probe process(4711).statement(0xffff).absolute {}', ['+pid 4711']],
    ['probe process.function("main"), process.mark("x") {}', ['+unnamed process.function', '+unnamed process.mark']],
    ['probe process("").function("main") {}', ['+empty ']],
    ['probe process("/a\\\\*b").function("main") {}', ['+escaped /a\\\\*b']],
    ['probe process("/a\\*b").function("main") {}', ['+wildcard /a*b']],
    ['probe debuginfod.process("/usr/bin/*").mark("m") {}', ['+debuginfod debuginfod.process.mark']],
    ['probe debuginfod.archive("x").process("/bin/ls").mark("m") {}', ['+debuginfod debuginfod.archive.process.mark']],
    ['probe process(@pg_bin).mark("m") {}', ['+unknown @pg_bin']],
    ['probe process(@pg_bin("x") "/postgres").mark("m") {}', ['+unknown @pg_bin ( "x" ) "/postgres"']],
    ['probe @my_point {}', ['+unknown @my_point']],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

test('a build-id is lower-case hexadecimal digits, three at least', () => {
  const id = '459f2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a';
  const points = [id, 'bad', 'ad', id.toUpperCase(), 'facade.1'].map(name => `process("${name}").mark("m")`);
  expect(read(`probe ${points.join(', ')} {}`)).toEqual([
    `+id ${id}`,
    '+id bad',
    '+by-name ad',
    `+by-name ${id.toUpperCase()}`,
    '+by-name facade.1',
  ]);
});

describe('tapsets of the library', () => {
  test.each([
    ['python.function.entry', ['+tapset python.function.entry']],
    ['python.function.*', ['+tapset python.function.*']],
    ['python3.module("x").function("f")', ['+tapset python3.module.function']],
    ['java("Hello").class("Hello").method("f")', ['+tapset java.class.method']],
    ['stap.pass2', ['+tapset stap.pass2']],
    ['ruby.method.entry', ['+tapset ruby.method.entry']],
    ['hotspot.gc_begin', ['+tapset hotspot.gc_begin']],
    ['qemu.system.x86_64.*', ['+tapset qemu.system.x86_64.*']],
    ['libvirt.rpc.server_client_new', ['+tapset libvirt.rpc.server_client_new']],
    ['py*.function.entry', ['+tapset py*.function.entry']],
    // Those of the kernel have no part in it.
    ['syscall.*, nd_syscall.open, vfs.read, tcp.sendmsg, scheduler.cpu_on, generic.fop.open, kprocess.exec', []],
    ['__syscall.read, netfilter.ip.local_in, perf.hw.cpu_cycles.sample(1000), timer.profile, softirq.entry', []],
    ['kernel.function("process"), module("process").function("*"), kernel.trace("sched_process_exit")', []],
    ['vf*.read', []],
  ])('%s', (points, expected) => {
    expect(read(`probe ${points} {}`)).toEqual(expected);
  });
});

describe('arguments', () => {
  test.each([
    ['probe process(@1).mark("m") {}', [postgres], [`+program ${postgres}`]],
    ['probe process(@1 "/bin/postgres").mark("m") {}', ['/usr/lib/postgresql/17'], [`+program ${postgres}`]],
    [
      'probe process("/usr/lib" "/" "postgresql/" @2 "/bin/postgres").mark("m") {}',
      ['x', '17'],
      [`+program ${postgres}`],
    ],
    ['probe process($1).mark("m") {}', [`"${postgres}"`], [`+program ${postgres}`]],
    ['probe process($1).mark("m") {}', ['4711'], ['+pid 4711']],
    ['probe process(@1).mark("m") {}', ['postgres'], ['+by-name postgres']],
    ['probe process(@1).mark("m") {}', [undefined], ['+unknown @1']],
    ['probe process(@1).mark("m") {}', [], ['+unknown @1']],
    ['probe process($1).mark("m") {}', ['/bin/ls'], ['+unknown / bin / ls']],
    ['probe $1 {}', ['process("/bin/ls").function("main")'], ['+program /bin/ls']],
    ['probe $1 {}', ['vfs.read'], []],
    ['probe $1.call, $2.return {}', ['vfs.read'], ['+unknown $2.return']],
    ['probe kernel.$1("x"), process("/bin/ls").$1("x") {}', [], ['+program /bin/ls']],
    ['probe process(@1).mark("m") {}', ['/opt/a "b" c'], ['+program /opt/a "b" c']],
    ['%( @1 != "" %? probe process(@1).mark("m") {} %)', ['/bin/ls'], ['+program /bin/ls']],
    ['%( @1 != "" %? probe process(@1).mark("m") {} %)', [''], []],
    [
      '%( $# > 1 %? probe process(@2).mark("m") {} %: probe process(@1).mark("m") {} %)',
      ['/bin/a'],
      ['+program /bin/a'],
    ],
  ])('%s with %j', (text, args, expected) => {
    expect(read(text, ...args)).toEqual(expected);
  });
});

describe('optional points and the preprocessor', () => {
  test.each([
    ['probe process("/bin/a").mark("m") ? {}', ['?program /bin/a']],
    ['probe process("/bin/a").mark("m") !, process("/bin/b").mark("m") {}', ['?program /bin/a', '?program /bin/b']],
    ['probe process("/bin/b").mark("m"), process("/bin/a").mark("m") ? {}', ['+program /bin/b', '?program /bin/a']],
    ['probe process("/bin/a").{mark("m"), function("f") ?} {}', ['+program /bin/a']],
    ['probe {process("/bin/a"),process("/bin/b")}.function("f") {}', ['+program /bin/a', '+program /bin/b']],
    ['probe process("/bin/a").mark("m") if (on) {} global on', ['+program /bin/a']],
    ['%( kernel_v > "4" %? probe process("/bin/a").mark("m") {} %)', ['?program /bin/a']],
    [
      'probe process(%( arch == "i386" %? "/lib/a" %: "/lib64/a" %)).mark("m") {}',
      ['?program /lib/a', '?program /lib64/a'],
    ],
    [
      'probe process("/usr/" %( arch == "i386" %? "lib" %: "lib64" %) "/a.so").mark("m") {}',
      ['?library /usr/lib/a.so', '?library /usr/lib64/a.so'],
    ],
    [
      'probe %( systemtap_v >= "4" %? process("/bin/a").mark("m") %: process("/bin/b").mark("m") %) {}',
      ['?program /bin/a', '?program /bin/b'],
    ],
    [
      '%( 1 == 2 %? probe process("/bin/a").mark("m") {} %: probe process("/bin/b").mark("m") {} %)',
      ['+program /bin/b'],
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('macros and aliases of the script', () => {
  test.each([
    ['@define pg %( "/bin/postgres" %) probe process(@pg).mark("m") {}', ['+program /bin/postgres']],
    ['@define in(p) %( process(@p) %) probe @in("/bin/ls").mark("m") {}', ['+program /bin/ls']],
    ['@define dir %( "/usr/bin" %) probe process(@dir "/psql").mark("m") {}', ['+program /usr/bin/psql']],
    ['probe pg = process("/bin/postgres").mark("m") {} probe pg {}', ['+program /bin/postgres']],
    ['probe pg = process("/bin/postgres") {} probe pg.mark("m") {}', ['+program /bin/postgres']],
    ['probe pg.start = process("/bin/a").mark("m") {} probe pg.* {}', ['?program /bin/a']],
    ['probe pg.x.start = process("/bin/a").mark("m") {} probe pg.* {}', ['+tapset pg.*']],
    ['probe pg.x.start = process("/bin/a").mark("m") {} probe pg** {}', ['?program /bin/a']],
    ['probe pg.x.start = process("/bin/a").mark("m") {} probe pg.**.st*, ** {}', ['?program /bin/a', '+tapset **']],
    ['probe a = b {} probe b = process("/bin/a").mark("m") {} probe a {}', ['+program /bin/a']],
    ['probe a = a {} probe a {}', ['+tapset a']],
    ['probe a = b {} probe b = a {} probe a {}', ['+tapset a']],
    // One that nobody uses is no probe.
    ['probe pg = process("/bin/postgres").mark("m") {} probe begin {}', []],
    ['probe pg = process("/bin/postgres").mark("m") ? {} probe pg {}', ['?program /bin/postgres']],
    [
      'probe x.y = process("/bin/a").plt {} probe x.y = process("/bin/b").plt {} probe x.y {}',
      ['+program /bin/a', '+program /bin/b'],
    ],
    ['probe vfs.read = process("/bin/a").plt {} probe vfs.read {}', ['+program /bin/a']],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('operators that look into a file', () => {
  test.each([
    ['probe begin { println(@var("x@f.c", "/bin/a")) }', ['?build program /bin/a']],
    [
      'probe begin { println(&@var("x@f.c", "/bin/a:/lib/b.so")) }',
      ['?build program /bin/a', '?build library /lib/b.so'],
    ],
    ['probe begin { p = @cast(f(1, 2), "struct s", "/bin/a")->x }', ['?build program /bin/a']],
    ['probe begin { p = @cast(0, "struct s", "<sys/types.h>")->x }', []],
    ['probe begin { p = @cast(0, "struct s", "kernel<linux/fs.h>:kernel:ext4")->x }', []],
    ['probe begin { p = @cast(0, "struct s", "/lib/modules/6.1/e.ko")->x }', []],
    ['probe begin { println(user_string(1), "/bin/a", umodname(2)) }', []],
    ['function f() { return @var("x", @1) } probe begin { f() }', []],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

test('tapsets of the build are read, where the script uses them', () => {
  const file = (path: string, text: string): { readonly path: string; readonly text: string } => ({ path, text });
  const tapsets = [
    file('pg.stp', 'probe pg.start = process(@pg_bin).mark("query__start") { text = user_string($arg1) }'),
    file('names.stpm', '@define pg_bin %( "/bin/postgres" %)'),
    file('unused.stp', 'probe other.start = process("/bin/other").mark("m") {} probe process("/bin/all").mark("m") {}'),
    file(
      'counts.stp',
      'global count function counted() { return count } probe process("/bin/counted").mark("m") { count++ }',
    ),
  ];
  const both = '\n  probe pg.start { println(counted()) }';
  const { paths } = readProbedFiles(both, [], tapsets);
  expect(paths).toEqual([
    { path: '/bin/counted', kind: 'program', use: 'breakpoints', presence: 'certain', line: 1, col: 1 },
    // At the point of the script that uses the tapset.
    { path: '/bin/postgres', kind: 'program', use: 'breakpoints', presence: 'certain', line: 2, col: 9 },
  ]);
  expect(shown(readProbedFiles('probe begin {}', [], tapsets))).toEqual([]);
  expect(shown(readProbedFiles('probe pg.start {}', []))).toEqual(['+tapset pg.start']);
});

test('says where it stands, and why it is not sure', () => {
  const text =
    'probe begin {}\nprobe kernel.trace("x") ?,\n  process("/bin/a").mark("m"),\n  process("b").mark("m") {}\n';
  expect(readProbedFiles(text)).toEqual({
    paths: [{ path: '/bin/a', kind: 'program', use: 'breakpoints', presence: 'certain', line: 3, col: 11 }],
    buildIds: [],
    unsure: [
      {
        text: 'b',
        kind: 'by-name',
        why: 'is looked for along the PATH of the build host',
        use: 'breakpoints',
        presence: 'certain',
        line: 4,
        col: 11,
      },
    ],
  });
});

describe('scripts that cannot be read for certain', () => {
  test.each([
    ['@library_macro(x)\nprobe process("/bin/a").mark("m") {}', ['?program /bin/a']],
    [
      '%( kernel_v > "4" %? probe process("/bin/a").mark("m") { %: probe process("/bin/b").mark("m") { %) println() }',
      ['?program /bin/a', '?program /bin/b'],
    ],
    ['probe process("/bin/a").mark("m") {', ['?program /bin/a']],
    ['probe process("/bin/a").mark(', ['?program /bin/a']],
    ['probe process("/bin/a', ['?program /bin/a']],
    ['probe process(', ['?unknown ']],
    ['probe process', []],
    ['', []],
    ['# process("/bin/a").mark("m")\n/* process("/bin/b") */ probe begin { println("process(\\"/bin/c\\")") }', []],
    ['%{ process("/bin/a") %} probe begin {}', []],
  ])('%s', (text, expected) => {
    const told = read(text);
    for (const one of expected) expect(told).toContainEqual(expect.stringContaining(one.slice(1)));
    if (expected.length === 0) expect(told).toEqual([]);
  });
});

test('takes its time in proportion to the script', () => {
  const aliases = Array.from({ length: 40 }, (_, index) => `probe a${index} = a${index + 1}, a${index + 1} {}`).join(
    '\n',
  );
  const braces = `probe ${Array.from({ length: 30 }, () => '{a,b}').join('.')} {}`;
  const files = Array.from({ length: 5000 }, (_, index) => `probe process("/bin/p${index}").mark("m") {}`).join('\n');
  expect(readProbedFiles(`${aliases} probe a0 {}`).paths).toEqual([]);
  expect(readProbedFiles(braces).paths).toEqual([]);
  expect(readProbedFiles(files).paths).toHaveLength(5000);
  expect(readProbedFiles(`probe ${'{'.repeat(20_000)}a${'}'.repeat(20_000)} {}`).paths).toEqual([]);
  expect(readProbedFiles(`probe begin { x = ${'@cast('.repeat(20_000)} }`).paths).toEqual([]);
  expect(readProbedFiles(`@x ${'process('.repeat(20_000)}`).paths).toEqual([]);
});
