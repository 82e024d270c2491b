import { describe, expect, test, vi } from 'vitest';
import { explainStap } from '../../../src/module/stap/explain-stap.ts';

/** What stap 5.1 printed for each mistake, shortened to the lines that matter. */
const cases: readonly (readonly [name: string, log: string, cause: string])[] = [
  [
    'no headers',
    'Checking "/lib/modules/6.1.0-9/build/.config" failed with error: No such file or directory\nIncorrect version or missing kernel-devel package, use: apt install linux-headers-6.1.0-9',
    'no kernel headers for 6.1.0-9 (/lib/modules/6.1.0-9/build/.config: No such file or directory)',
  ],
  [
    'no debuginfo',
    "semantic error: while resolving probe point: identifier 'kernel' at x.stp:1:7\n        source: probe kernel.function(\"vfs_read\") {}\n                      ^\n\nsemantic error: missing x86_64 kernel/module debuginfo [man warning::debuginfo] under '/lib/modules/6.1.0-9/build'",
    "the script needs the kernel's debuginfo, and the build host has none for 6.1.0-9 (x.stp:1:7)",
  ],
  [
    'no such function',
    'semantic error: while resolving probe point: identifier \'kernel\' at x.stp:1:7\n        source: probe kernel.function("nope") { println(1) }\n                      ^\n\nsemantic error: no match (similar functions: nop)\n',
    'no match (similar functions: nop): kernel.function("nope") (x.stp:1:7)',
  ],
  [
    'too few arguments',
    "parse error: command line argument out of range [1-0]\n         at: junk '' at x.stp:1:23\n     source: probe begin { println($1) }",
    'the script uses more arguments than the 0 in args (x.stp:1:23)',
  ],
  [
    'a global in a probe point',
    "parse error: expected literal string or number\n        saw: identifier 'x' at x.stp:1:15\n     source: probe timer.s(x) {}",
    'global x stands in a probe point, where only a literal may (x.stp:1:15)',
  ],
  [
    'embedded C',
    "parse error: expected one of ', { } = +='\n        saw: embedded-code at x.stp:1:13\n\nparse error: embedded code in unprivileged script; need stap -g\n        saw: embedded-code at x.stp:1:13",
    'the script has embedded C (%{ … %}), which stap takes in guru mode only (x.stp:1:13)',
  ],
  [
    'too little memory for stap',
    'Out of memory.   Please check --rlimit-as and memory availability.\nstd::bad_alloc\n',
    'stap or the compiler ran out of memory on the build host',
  ],
  [
    'too little memory for the compiler',
    'cc1: out of memory allocating 1677721600 bytes after a total of 9510912 bytes\nmake[1]: *** [Makefile:1] Error 1',
    'stap or the compiler ran out of memory on the build host',
  ],
  [
    'a compile server',
    "sh: 1: zip: not found\nWARNING: sh exited with status: 127\nPasses: via server failed.  Try again with another '-v' option.",
    'the compile server did not build the module, or none was reached',
  ],
  [
    'a kernel that is too new',
    "In file included from /usr/share/systemtap/runtime/linux/runtime.h:20:\n/usr/share/systemtap/runtime/linux/access_process_vm.h:35:9: error: too many arguments to function 'get_user_pages_remote'\nmake[1]: *** [Makefile:1] Error 2",
    "this SystemTap cannot compile a module for 6.1.0-9: access_process_vm.h: too many arguments to function 'get_user_pages_remote'",
  ],
  [
    'a syntax error',
    "parse error: expected one of ', )'\n        saw: identifier 'z' at x.stp:1:25\n     source: probe begin { println(y z) }",
    "parse error: expected one of ', )', saw identifier 'z' (x.stp:1:25)",
  ],
  [
    'an unknown function',
    "semantic error: unresolved function foo (similar: log): identifier 'foo' at x.stp:1:15\n        source: probe begin { foo(1) }",
    "neither the script nor this SystemTap's library has a function foo (x.stp:1:15)",
  ],
  [
    'a program by its name only',
    'semantic error: while resolving probe point: identifier \'process\' at s.stp:1:7\n        source: probe process("nginx").function("main") {exit()}\n                      ^\n\nsemantic error: cannot find executable \'nginx\'\n',
    'the build host has no nginx, which process("nginx").function("main") names (s.stp:1:7)',
  ],
  [
    'a glob of programs',
    'semantic error: while resolving probe point: identifier \'process\' at s.stp:1:7\n        source: probe process("/lib*/libc.so.6").mark("*") { exit() }\n                      ^\n\nsemantic error: glob /lib*/libc.so.6 error (3)\n',
    'the build host has no /lib*/libc.so.6, which process("/lib*/libc.so.6").mark("*") names (s.stp:1:7)',
  ],
  [
    'a program that is not there',
    'semantic error: while resolving probe point: identifier \'process\' at s.stp:1:14\n        source: probe begin, process("/usr/sbin/nginx").function("main") { exit() }\n                             ^\n\nsemantic error: no match\ntapbook: no such file on the build host: /usr/sbin/nginx\n',
    'the build host has no /usr/sbin/nginx, which process("/usr/sbin/nginx").function("main") names (s.stp:1:14)',
  ],
  [
    'a program without the function',
    'semantic error: while resolving probe point: identifier \'process\' at s.stp:1:7\n        source: probe process("/bin/ls").function("xit") {exit()}\n                      ^\n\nsemantic error: no match (similar functions: raise, exit)\n',
    'no match (similar functions: raise, exit): process("/bin/ls").function("xit") (s.stp:1:7)',
  ],
  [
    'no program',
    'semantic error: while resolving probe point: identifier \'process\' at s.stp:1:7\n        source: probe process.function("main") { exit() }\n                      ^\n\nsemantic error: unspecified process probe is invalid without a -c COMMAND or -x PID [man stapprobes]\n',
    'process.function("main") does not say of which program (s.stp:1:7)',
  ],
  [
    'a write without guru',
    'semantic error: write to target variable not permitted; need stap -g: identifier \'$return\' at s.stp:1:44\n        source: probe kernel.function("vfs_read").return { $return = 1 }\n',
    'write to target variable not permitted: $return (s.stp:1:44)',
  ],
  [
    'an operator for gurus',
    "parse error: using @kderef operator not permitted; need stap -g\n        saw: operator '@kderef' at t.stp:1:23\n     source: probe begin { println(@kderef(4, 5)) }\n",
    'using @kderef operator not permitted: @kderef (t.stp:1:23)',
  ],
  [
    'a parameter that is gone',
    "semantic error: unresolved target-symbol expression: identifier '$filename' at s.stp:1:44\n        source: probe syscall.openat { println(user_string($filename)) }\n",
    'there is no $filename at this probe point (s.stp:1:44)',
  ],
  [
    'the cause behind a probe',
    "semantic error: while processing probe tp_syscall.open.return from: nd_syscall.open.return from: nd_syscall.open.return\n\nsemantic error: internal error: @entry is only valid in .return probes: operator '@entry' at s.stp:1:40\n        source: probe nd_syscall.open.return { println(@entry(pointer_arg(1))) }\n",
    '@entry is only valid in .return probes (s.stp:1:40)',
  ],
  [
    'the cause behind a function',
    "semantic error: while processing function f\n\nsemantic error: type mismatch (string): identifier 'x' at s.stp:1:20\n        source: function f(x) { return x + 1 }\n",
    "semantic error: type mismatch (string): identifier 'x' at s.stp:1:20",
  ],
  [
    'an argument that is pasted',
    "parse error: expected literal string or number\n        saw: identifier 'foo' at t.stp:1:15\n     source: probe timer.s($1) {exit()}\n                           ^\n\n",
    '$1 stands where only a literal may, and its value in args is none (t.stp:1:15)',
  ],
  [
    'a path that is pasted',
    'parse error: expected literal string or number\n        saw: operator \'/\' at t.stp:1:15\n     source: probe process($1).function("main") {exit()}\n',
    '$1 stands where only a literal may, and its value in args is none (t.stp:1:15)',
  ],
  [
    'a name that is pasted',
    "WARNING: never-assigned local variable 'foo': identifier 'foo' at t.stp:1:23\n source: probe begin { println($1) }\n                               ^\nsemantic error: unresolved type : identifier 'foo' at :1:23\n        source: probe begin { println($1) }\n",
    '$1 puts foo into the script as a name, and nothing there has that name (t.stp:1:23)',
  ],
  [
    'an empty script',
    "Input file 's.stp' is empty.\nPass 1: parse failed.  [man error::pass1]\n",
    'the script is empty',
  ],
  ['nothing', '', 'stap failed and did not say why'],
];

test.each(cases)('%s', (_name, log, cause) => {
  expect(explainStap(log, '6.1.0-9').cause).toBe(cause);
});

test('a point of the script is told with the program that its argument names', () => {
  const log = [
    "semantic error: while resolving probe point: identifier 'process' at s.stp:1:7",
    '        source: probe process(@1).library(@2).function("main") {}',
    '',
    'semantic error: no match',
    'tapbook: no such file on the build host: /srv/root/lib/x.so',
  ];
  const { cause, cure } = explainStap(log.join('\n'), '6.1.0-9', ['/usr/bin/x', '/lib/x.so']);
  expect(cause).toMatch(/^the build host has no \/srv\/root\/lib\/x\.so, which process\(@1\)/);
  expect(cure).toContain('stap_options.sysroot');
});

describe('a function that only debuginfo tells', () => {
  const logOf = (program: string, error: string) =>
    [
      `WARNING: cannot find module /root/.cache/tapbook/build-binaries/tapbook-build-1${program} debuginfo: No DWARF information found [man warning::debuginfo]`,
      "semantic error: while resolving probe point: identifier 'process' at s.stp:1:7",
      `        source: probe process("${program}").function("PortalRunUtility") { println("x") }`,
      '                      ^',
      `semantic error: ${error}`,
    ].join('\n');

  test('is told with the package that has it', () => {
    const postgres = '/usr/lib/postgresql/17/bin/postgres';
    expect(explainStap(logOf(postgres, 'no match (similar functions: main, _start)'), '6.1.0-9')).toEqual({
      cause: `${postgres} exports no function PortalRunUtility, and the build host has no debuginfo of it, which tells the others (process("${postgres}").function("PortalRunUtility")) (s.stp:1:7)`,
      cure: `install its debuginfo there (Debian: postgresql-17-dbgsym; RHEL: debuginfo-install), or set stap_options.debuginfod; its marks and what it exports: tapbook probes ${postgres} -l HOST`,
    });
    expect(explainStap(logOf('/opt/x', 'no match'), '6.1.0-9').cure).toContain('Debian: the -dbgsym package of it;');
  });

  test('may be a slip of the pen', () => {
    const { cure } = explainStap(logOf('/opt/x', 'no match (similar functions: PortalRunUtilities, main)'), '6.1.0-9');
    expect(cure).toContain('PortalRunUtilities');
  });
});

test.each([
  [
    'semantic error: while resolving probe point: identifier \'kernel\' at x.stp:1:7\n        source: probe kernel.function("x") {}',
  ],
  ['parse error: expected statement'],
  ['Checking "/lib/modules'],
  ["semantic error: unresolved function f (similar: log): identifier 'f' at a.stp:1:28"],
  [`WARNING: ${': '.repeat(20_000)}`],
])('a log of many lines is read in proportion to its length: %.60s', text => {
  const seen = { lines: 0, most: 0, characters: 0 };
  const exec = RegExp.prototype.exec;
  const spy = vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, subject: string) {
    seen.most = Math.max(seen.most, subject.length);
    seen.lines += subject.includes('\n') ? 1 : 0;
    seen.characters += subject.length;
    return exec.call(this, subject);
  });
  const log = `${text}\n`.repeat(Math.ceil(400_000 / text.length));
  try {
    explainStap(log, '6.1.0-9');
  } finally {
    spy.mockRestore();
  }
  // No pattern sees more than a line, and a line is bounded: then no pattern's own work grows with the log.
  expect(seen).toMatchObject({ lines: 0 });
  expect(seen.most).toBeLessThanOrEqual(4000);
  expect(seen.characters).toBeLessThan(40 * log.length);
});
