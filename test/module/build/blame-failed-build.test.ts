import { describe, expect, test } from 'vitest';
import { blameFailedBuild, type Fault } from '../../../src/module/build/blame-failed-build.ts';
import { taskWork } from './builder-rig.ts';

/** As stap ends when it has an error to report. */
function failed(log: string): ReturnType<typeof blameFailedBuild> {
  return blameFailedBuild({ exit: 1, limit: 'kept', log });
}

test('a stap that was stopped at its limit says nothing of the script, however it ends', () => {
  const log = 'make: *** Deleting file x\nPass 4: compilation failed.  [man error::pass4]';
  expect(blameFailedBuild({ exit: 1, limit: 'passed', log })).toBe('not-on-this-host');
  expect(blameFailedBuild({ exit: 143, limit: 'passed', log: '' })).toBe('not-on-this-host');
  expect(blameFailedBuild({ exit: 1, limit: 'kept', log })).toBe('compiler');
});

describe('a build host', () => {
  test.each([
    'cc1: fatal error: error writing to /tmp/ccZ.s: No space left on device',
    'ERROR: cannot create temporary directory ("/tmp/stapXXXXXX"): No space left on device [man error::x]',
    '/bin/sh: 1: gcc-12: not found',
    'bash: line 1: make: command not found',
    'make: gcc: No such file or directory',
    'couldn\'t run "make -C /lib/modules/x/build"',
  ])('that lacks what all builds need: %s', line => {
    expect(failed(`${line}\nPass 4: compilation failed.  [man error::pass4]`)).toBe('host-is-out');
  });

  test.each([
    'cc1: out of memory allocating 65536 bytes after a total of 12345 bytes',
    'Out of memory.  Please check --rlimit-as and memory availability.',
    'virtual memory exhausted: Cannot allocate memory',
    'gcc: fatal error: Killed signal terminated program cc1',
    "Passes: via server failed.  Try again with another '-v' option.",
  ])('that could not do it this time: %s', line => {
    expect(failed(`${line}\n`)).toBe('not-on-this-host');
  });
});

test('what a script says is not what a build host says', () => {
  const semantic = `semantic error: unresolved function nosuch: identifier 'nosuch' at x.stp:1:15
        source: probe begin { nosuch("x: No space left on device") }
                              ^
Pass 2: analysis failed.  [man error::pass2]
`;
  expect(failed(semantic)).toBe('script');
  const parse = `parse error: expected statement
        saw: string 'gcc: not found' at x.stp:1:15
     source: probe begin { "gcc: not found" }
                           ^
1 parse error.
Pass 1: parse failed.  [man error::pass1]
`;
  expect(failed(parse)).toBe('script');
  const embedded = `/tmp/stapX/x_src.c: In function 'f':
/tmp/stapX/x_src.c:7:3: error: 'undeclared' undeclared
    7 |   printk("disk: No space left on device", undeclared);
Pass 4: compilation failed.  [man error::pass4]
`;
  expect(failed(embedded)).toBe('compiler');
  expect(failed(`${semantic}Passes: via server failed.  Try again with another '-v' option.\n`)).toBe('script');
});

test.each<[exit: number | undefined, log: string, fault: Fault]>([
  [undefined, '', 'host-is-out'],
  [127, 'sh: 1: stap: not found', 'host-is-out'],
  [1, '/tmp/x.o: No space left on device\nPass 4: compilation failed.', 'host-is-out'],
  [1, 'couldn\'t run "make"', 'host-is-out'],
  [1, '/bin/sh: 1: gcc-12: not found\nPass 4: compilation failed.', 'host-is-out'],
  [0, '', 'not-on-this-host'],
  [137, '', 'not-on-this-host'],
  [1, 'gcc: internal compiler error: Segmentation fault\nPass 4: compilation failed.', 'not-on-this-host'],
  [1, 'Checking "/lib/modules/6/build/.config" failed with error: No such file', 'not-on-this-host'],
  [1, 'semantic error: missing x86_64 kernel/module debuginfo', 'not-on-this-host'],
  [1, taskWork, 'compiler'],
  [1, 'WARNING: kbuild exited with status: 2\nPass 4: compilation failed.', 'compiler'],
  [1, 'parse error: expected one of', 'script'],
  [1, 'semantic error: no match', 'script'],
  [1, 'semantic error: no match\ntapbook: no such file on the build host: /bin/x', 'not-on-this-host'],
  [1, "semantic error: cannot find executable 'nginx'", 'not-on-this-host'],
  [1, 'semantic error: glob /lib*/libc.so.6 error (3)', 'not-on-this-host'],
  [1, '', 'script'],
])('exit %s with %j is the fault of: %s', (exit, log, fault) => {
  expect(blameFailedBuild({ exit, limit: 'kept', log })).toBe(fault);
});
