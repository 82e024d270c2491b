import { expect, test } from 'vitest';
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
    "the script needs the kernel's debuginfo, and the build host has none for 6.1.0-9",
  ],
  [
    'no such function',
    'semantic error: while resolving probe point: identifier \'kernel\' at x.stp:1:7\n        source: probe kernel.function("nope") { println(1) }\n                      ^\n\nsemantic error: no match (similar functions: nop)\n',
    'no match (similar functions: nop): kernel.function("nope") (x.stp:1:7)',
  ],
  [
    'too few arguments',
    "parse error: command line argument out of range [1-0]\n         at: junk '' at x.stp:1:23\n     source: probe begin { println($1) }",
    'the script uses more arguments than the 0 in args',
  ],
  [
    'a global in a probe point',
    "parse error: expected literal string or number\n        saw: identifier 'x' at x.stp:1:15\n     source: probe timer.s(x) {}",
    'global x stands in a probe point (x.stp:1:15), where only a literal may',
  ],
  [
    'embedded C',
    "parse error: expected one of ', { } = +='\n        saw: embedded-code at x.stp:1:13\n\nparse error: embedded code in unprivileged script; need stap -g\n        saw: embedded-code at x.stp:1:13",
    'the script has embedded C (%{ … %}), which stap takes in guru mode only',
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
    "semantic error: unresolved function foo (similar: log): identifier 'foo' at x.stp:1:15",
  ],
  ['nothing', '', 'stap failed and did not say why'],
];

test.each(cases)('%s', (_name, log, cause) => {
  expect(explainStap(log, '6.1.0-9').cause).toBe(cause);
});
