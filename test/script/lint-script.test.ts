import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeAt } from '../../src/model/source.ts';
import { lintScript } from '../../src/script/lint-script.ts';
import { reachesKernel } from '../../src/script/reaches-kernel.ts';
import type { ScriptUse } from '../../src/script/script-use.ts';
import { say } from '../inventory/rig.ts';
import { withArguments, withGlobal } from './seed-scripts.ts';

interface Use {
  readonly args?: readonly (string | undefined)[];
  readonly globals?: readonly string[];
  readonly run?: NonNullable<ScriptUse['run']>['kind'];
  readonly seconds?: number;
  readonly guru?: ScriptUse['guru'];
  readonly kernels?: readonly string[];
  readonly name?: string;
  readonly targetProcess?: string;
}

/** What is said of a script used so; the places in the playbook are the words themselves. */
function lint(
  text: string,
  {
    args = [],
    globals = [],
    run = 'duration',
    seconds = 30,
    guru = 'no',
    kernels = [],
    name = 'script',
    targetProcess,
  }: Use = {},
): string {
  const written = (word: string): ScriptUse['place'] => placeAt({ path: 'p.yml', text: word }, 0, word.length);
  return say(
    lintScript(
      { path: 'a.stp', text },
      {
        name,
        place: written(name),
        args: args.map(arg => ({ text: arg, place: written(arg ?? '{{ arg }}') })),
        globals: Object.fromEntries(
          globals.map(global => [global, { text: undefined, place: written(global), namePlace: written(global) }]),
        ),
        run: { kind: run, seconds },
        targetProcess: targetProcess === undefined ? 'none' : written(targetProcess),
        guru,
        stapOptions: new Set(),
        tapsets: [],
        longestString: 127,
        kernels,
      },
    ),
  );
}

describe('the process of target()', () => {
  const ask = 'probe syscall.read { if (pid() == target()) println(execname()) }';
  const set = 'probe syscall.read { if (target_set_pid(pid())) println(execname()) }';
  const blind = 'probe syscall.read, timer.s(1) { println(execname()) }';
  const nobody =
    'warning no-target-process: the script asks for target(), and no target_process says which process that is';

  test.each([
    ['asked for, not given', ask, undefined, nobody],
    ['asked for by the library', set, undefined, nobody],
    ['asked for, given', ask, 'nginx', ''],
    ['asked for by the library, given', set, 'nginx', ''],
    ['its own function', `function target() { return 1 } ${ask}`, undefined, ''],
    ['not asked for', blind, undefined, ''],
    [
      'not asked for, given',
      blind,
      'nginx',
      'p.yml:1:1 "nginx" warning unused-target-process: nothing in the script depends',
    ],
    ['given for probes of user space', 'probe process("/bin/x").function("f") { println("f") }', 'nginx', ''],
    ['given, and perhaps asked for by a macro of the library', `${blind} probe end { println(@mine) }`, 'nginx', ''],
  ])('%s', (_what, text, targetProcess, said) => {
    const found = lint(text, targetProcess === undefined ? {} : { targetProcess });
    if (said === '') expect(found).toBe('');
    else expect(found).toContain(said);
  });
});

describe('findings', () => {
  test.each<[what: string, text: string, use: Use, said: string]>([
    [
      'a global that is not there',
      'global interval, seen probe end { print(interval + seen) }',
      { globals: ['intervall'] },
      'p.yml:1:1 "intervall" unknown-global: the script has no global "intervall"; did you mean "interval"?',
    ],
    [
      'a global unlike any',
      'global interval, seen probe end { print(interval + seen) }',
      { globals: ['x_y_z'] },
      'p.yml:1:1 "x_y_z" unknown-global: the script has no global "x_y_z"; it has: interval, seen',
    ],
    [
      'a global where there are none',
      'probe begin { }',
      { globals: ['n'] },
      'p.yml:1:1 "n" unknown-global: the script has no global "n"; it has none that can be set',
    ],
    [
      'an array',
      'global a[10] probe end { }',
      { globals: ['a'] },
      'p.yml:1:1 "a" global-not-scalar: global a is an array; only scalars can be set from outside',
    ],
    [
      'an aggregate',
      'global a probe foo { a <<< 1 }',
      { globals: ['a'] },
      'p.yml:1:1 "a" global-not-scalar: global a is an aggregate; only scalars can be set from outside',
    ],
    [
      'a private global',
      'private global n = 1 global m probe end { println(m) }',
      { globals: ['n', 'x'] },
      `p.yml:1:1 "n" global-private: global n is private; only a global that is not can be set from outside
p.yml:1:1 "x" unknown-global: the script has no global "x"; did you mean "m"?`,
    ],
    [
      'overwritten in begin',
      'global n\nprobe begin { n = 5 }',
      { globals: ['n'] },
      'a.stp:2:15 "n" warning global-set-in-begin: probe begin assigns n and overwrites what the playbook sets; initialise it where it is declared: global n = …',
    ],
    [
      'overwritten in begin, then used',
      'global n\nprobe begin { n = 5\nprint(n) }',
      { globals: ['n'] },
      'a.stp:2:15 "n" warning global-set-in-begin: probe begin assigns n and overwrites what the playbook sets; initialise it where it is declared: global n = …',
    ],
    [
      'exit() in end only',
      'probe end { exit() }',
      { run: 'until-exit' },
      'p.yml:1:1 "script" no-exit: until_exit is set, but the script never calls exit(); write duration: 30s',
    ],
    [
      'in a probe point',
      'global interval = 1\nprobe timer.s(interval) { }',
      {},
      'a.stp:2:15 "interval" global-in-probe-point: global interval stands in a probe point, where only a literal may; write $1 there and give the value in args',
    ],
    [
      'no args',
      'probe timer.s($1) { }',
      {},
      'a.stp:1:15 "$1" missing-arg: the script uses argument 1, args is not given; add it to args',
    ],
    [
      'too few args',
      'probe begin { print(@1, @3) }',
      { args: ['x', 'y'] },
      `p.yml:1:1 "y" warning unused-arg: the script never uses argument 2; use it as $2 or @2
a.stp:1:25 "@3" missing-arg: the script uses argument 3, args has 2; add it to args`,
    ],
    [
      'too many args',
      'probe timer.s($1) { }',
      { args: ['5', '10'] },
      'p.yml:1:1 "10" warning unused-arg: the script never uses argument 2; use it as $2 or @2',
    ],
    [
      'until_exit without exit()',
      'probe timer.s(1) { }',
      { run: 'until-exit' },
      'p.yml:1:1 "script" no-exit: until_exit is set, but the script never calls exit(); write duration: 30s',
    ],
    [
      'embedded C',
      'function f() %{ %} probe end { f() }',
      {},
      'a.stp:1:14 "%{ %}" guru-needed: the script has embedded C (%{ … %}), which stap takes in guru mode only; set stap_options: { guru: true } if you trust it',
    ],
    [
      '$count',
      'probe syscall.read { print($count) }',
      {},
      'a.stp:1:28 "$count" warning count-variable: $count of a syscall probe is gone since kernel 4.17; write count',
    ],
  ])('%s', (_what, text, use, said) => {
    expect(lint(text, use)).toBe(said);
  });

  test("the walk-through's scripts, used as there", () => {
    expect(lint(withArguments, { args: ['1', '10'], run: 'until-exit' })).toMatchInlineSnapshot(`
      "a.stp:4:30 "$count" warning count-variable: $count of a syscall probe is gone since kernel 4.17; write count
      a.stp:5:30 "$count" warning count-variable: $count of a syscall probe is gone since kernel 4.17; write count"
    `);
    expect(lint(withGlobal, { globals: ['interval'] })).toMatchInlineSnapshot(`
      "a.stp:8:30 "$count" warning count-variable: $count of a syscall probe is gone since kernel 4.17; write count
      a.stp:9:30 "$count" warning count-variable: $count of a syscall probe is gone since kernel 4.17; write count"
    `);
    expect(lint(withGlobal, { globals: ['ts', 'var1'] })).toMatchInlineSnapshot(`
      "p.yml:1:1 "var1" global-not-scalar: global var1 is an array; only scalars can be set from outside
      a.stp:4:3 "ts" warning global-set-in-begin: probe begin assigns ts and overwrites what the playbook sets; initialise it where it is declared: global ts = …
      a.stp:8:30 "$count" warning count-variable: $count of a syscall probe is gone since kernel 4.17; write count
      a.stp:9:30 "$count" warning count-variable: $count of a syscall probe is gone since kernel 4.17; write count"
    `);
  });
});

describe('nothing is said of', () => {
  test.each<[what: string, text: string, use: Use]>([
    ['a script that fits', 'global n = 1 probe timer.s($1) { println(n) exit() }', { args: ['30'], globals: ['n'] }],
    ['until_exit with exit() within a function', 'function f() { exit() } probe begin { f() }', { run: 'until-exit' }],
    ['embedded C in guru mode', 'function f() %{ %} probe end { f() }', { guru: 'yes' }],
    ['args for argv', 'probe begin { print(argv[1]) }', { args: ['a', 'b'] }],
    ['a global of a macro', '@make_globals probe begin { }', { globals: ['made_by_a_macro'] }],
    ['exit() of a macro', 'probe begin { @done }', { run: 'until-exit' }],
    ['args of a macro that is not used', '@define two %( $2 %) probe begin { println(@1) }', { args: ['a'] }],
    [
      'a global of a branch',
      '%( kernel_v > "5" %? global n %: global m %) probe end { println(n, m) }',
      { globals: ['n', 'm'] },
    ],
    ['C in a branch', 'probe end { } %( guru_mode == 1 %? function f() %{ %} %)', {}],
    ['a probe point in a branch', 'global n %( 0 %? probe timer.s(n) { } %)', {}],
    ['a parameter named as a global', 'global n = 1 function f(n) { n = 2 } probe begin { f(1) }', { globals: ['n'] }],
    ['a global in foreach', 'global a[3], n = 5 probe end { foreach (k in a- limit n) { } }', { globals: ['n'] }],
    ['a global in a condition', 'global on = 1 probe timer.s(1) if (on) { }', { globals: ['on'] }],
    ['a global that begin counts up', 'global n = 1 probe begin { n++ }', { globals: ['n'] }],
    ['a default for what is not set', 'global n probe begin { if (!n) n = 5 }', { globals: ['n'] }],
    ['a value made of what was set', 'global n = 1 probe begin { n = n * 1000 print(n) }', { globals: ['n'] }],
    ['a name that objects have', 'global constructor probe begin { constructor = 1 }', {}],
    ['private global', 'private global n = 1 probe end { print(n) }', {}],
  ])('%s', (_what, text, use) => {
    expect(lint(text, use)).toBe('');
  });
});

test('of any text at all something can be said, with a place in it', () => {
  const pieces =
    'global|probe|private|function|begin|timer|.|s|syscall|read|n|m|,|=|+=|[|]|{|}|(|)|%|$1|@1|@2|$#|"|\\|\n|if|else|exit|' +
    '%{|%}|%(|%?|%:|%)|@define|@m|@x|->|<<<|$count|print|printf|"a"|5|08|99999999999999999999|guru_mode|==|1|&&|||#|/*|*/';
  const parts = fc.array(fc.oneof(fc.constantFrom(...pieces.split('|')), fc.string({ unit: 'binary', maxLength: 3 })));
  const values = fc.array(
    fc.option(fc.oneof(fc.constantFrom('5', 'nginx', '{', '@m(', '%('), fc.string()), { nil: undefined }),
  );
  const place = placeAt({ path: 'p.yml', text: 'x' }, 0, 1);
  fc.assert(
    fc.property(parts, values, fc.constantFrom('yes', 'no', 'on-some-kernels'), (written, args, guru) => {
      const text = written.join(' ');
      const lines = text.split('\n');
      const found = lintScript(
        { path: 'a.stp', text },
        {
          name: 'script',
          place,
          args: args.map(value => ({ text: value, place })),
          globals: { n: { text: '5', place, namePlace: place }, m: { text: undefined, place, namePlace: place } },
          run: { kind: 'until-exit', seconds: 5 },
          targetProcess: 'none',
          guru,
          stapOptions: new Set(),
          tapsets: [],
          longestString: 127,
          kernels: [],
        },
      );
      for (const { place: at } of found) {
        if (at?.file === 'a.stp') expect(lines[at.line - 1]?.replace(/\r$/, '')).toBe(at.text);
      }
    }),
    { numRuns: 300 },
  );
});

test('of what could not be read of a use nothing is said, of the rest all the same', () => {
  const text =
    'global seen probe begin { seen = $1; %{ %} println($count) exit() } probe syscall.read { println($count) }';
  const place = placeAt({ path: 'p.yml', text: 'name' }, 0, 4);
  const known: ScriptUse = {
    name: 'script',
    place,
    args: [],
    globals: { seen: { text: '1', place, namePlace: place }, nope: { text: '1', place, namePlace: place } },
    run: { kind: 'until-exit', seconds: 5 },
    targetProcess: 'none',
    guru: 'no',
    stapOptions: new Set(),
    tapsets: [],
    longestString: 127,
    kernels: [],
  };
  const codes = (use: ScriptUse): readonly string[] => lintScript({ path: 'a.stp', text }, use).map(({ code }) => code);
  const all = codes(known);
  expect(all).toEqual([
    'unknown-global',
    'global-set-in-begin',
    'missing-arg',
    'guru-needed',
    'no-variable',
    'count-variable',
  ]);
  const without = (code: string): readonly string[] => all.filter(other => other !== code);
  expect(codes({ ...known, args: undefined })).toEqual(without('missing-arg'));
  expect(codes({ ...known, guru: 'unknown' })).toEqual(without('guru-needed'));
  expect(codes({ ...known, kernels: undefined })).toEqual(without('count-variable'));
  const endless = { path: 'a.stp', text: 'probe begin { println(1) }' };
  const use = { ...known, globals: {} };
  expect(lintScript(endless, use).map(({ code }) => code)).toEqual(['no-exit']);
  expect(lintScript(endless, { ...use, run: undefined })).toEqual([]);
});

test('a glob reaches a kernel where one of its releases may be as late', () => {
  const reached = (glob: string): boolean => reachesKernel(glob, 4, 17);
  const late = ['*', '4.*', '4.1*', '4.17.0', '4.18.0-*.el8*', '5*', '6.1.0-*', '1*', '[56].*', 'custom'];
  expect(late.filter(reached)).toEqual(late);
  expect(['2.6.18-*.el5', '3.10.0-*', '4.9.*', '4.1.*', '4.16.0-1', '3*.1'].filter(reached)).toEqual(['3*.1']);
});

test('the points of an alias are looked at where a probe uses it', () => {
  const alias = 'probe my = process.function("f"), timer.s(0.5) { }';
  expect(lint(`${alias} probe begin { }`, {})).toBe('');
  expect(lint(`${alias} probe my { }`, {})).toMatch(
    /^a\.stp:1:12 .* no-program: .*\na\.stp:1:43 "0\.5" not-a-literal: .*$/,
  );
});

describe('a number that SystemTap does not read', () => {
  test.each([
    ['probe timer.s($1) { }', '2.0', 'wrong-arg: a probe point wants a literal, and $1 pastes 2.0 there; write 2'],
    [
      'probe timer.s($1) { }',
      '1_000',
      'wrong-arg: a probe point wants a literal, and $1 pastes 1_000 there; write 1000',
    ],
    ['probe timer.s($1) { }', '+5', 'wrong-arg: a probe point wants a literal, and $1 pastes +5 there; write 5'],
    [
      'probe timer.s($1) { }',
      '1e3',
      'bad-number: 1e3 is no number; write 1000, or @1 in the script if a text is meant',
    ],
    ['probe timer.s($1) { }', '5s', 'bad-number: 5s is no number; write 5, or @1 in the script if a text is meant'],
    ['probe timer.s($1s) { }', '5', 'bad-number: 5s is no number; put a space behind $1 in the script'],
    ['probe begin { println($1) }', '2.0', 'bad-number: 2.0 is no number: SystemTap has no fractions; write 2, or @1'],
    ['probe begin { println($1) }', '10.0.0.1', 'or @1 in the script if a text is meant'],
    ['global n = $1 probe begin { println(n) }', '0.5', 'bad-number: 0.5 is no number: SystemTap has no fractions'],
    [
      'global n = $1 probe begin { println(n) }',
      '/bin/ls',
      'wrong-arg: a global begins as a number or a text in quotes',
    ],
    [
      'probe kernel.statement($1) { }',
      '*@fs/open.c:10',
      'wrong-arg: a probe point wants a literal, and $1 pastes *@fs/',
    ],
    ['probe kernel.function($1) { }', 'vfs_*', 'wrong-arg: a probe point wants a literal, and $1 pastes vfs_* there'],
    [
      'probe kernel.function("$1") { }',
      'f',
      'warning unused-arg: the script never uses argument 1; write @1 without quotes',
    ],
    ['probe begin { if (execname() == $1) exit() }', '/bin/ls', 'warning wrong-arg: $1 pastes /bin/ls as code'],
  ])('%s with %s', (text, arg, said) => {
    const found = lint(text, { args: [arg] });
    expect(found).toMatch(/^p\.yml:1:1 [^\n]*$/);
    expect(found).toContain(said);
  });

  test.each([
    [
      'probe begin { x = 0.5 println(x) }',
      '"0.5" bad-number: 0.5 is no number: SystemTap has no fractions; write a whole',
    ],
    ['probe begin { x = 1e3 println(x) }', '"1e3" bad-number: 1e3 is no number; write 1000'],
    ['global n = -0.5 probe begin { println(n) }', '"0.5" bad-number: 0.5 is no number: SystemTap has no fractions'],
    [
      'global n = m, m probe begin { println(n, m) }',
      '"m" not-a-literal: a global begins as a number or a text in quotes',
    ],
    [
      'probe timer.ms(2.5) { }',
      '"2.5" not-a-literal: a probe point wants a literal, and 2.5 is none; SystemTap has no fractions: write timer.us(2500)',
    ],
    ['probe timer.hz(0) { }', '"0" bad-interval: stap has no timer of this interval; it may be 1 to 10000 hz'],
    ['probe timer.jiffies(2000000) { }', '"2000000" bad-interval: '],
    ['probe timer.s(0x0) { }', '"0x0" bad-interval: stap has no timer of this interval; it may be 1 to 86400 s'],
    ['probe timer.min(5) { }', '"timer.min" warning unknown-name: stap has no timer.min; write timer.s, ms, us'],
  ])('%s', (text, said) => {
    const found = lint(text, {});
    expect(found).toMatch(/^a\.stp:1:\d+ [^\n]*$/);
    expect(found).toContain(said);
  });

  test.each([
    'probe begin { println("a" . "b", 5 . "s") }',
    'probe begin { println(sprint(1).sprint(2)) }',
    'probe timer.ms(0x10), timer.hz(10000), timer.jiffies(1), timer.profile { }',
  ])('is not in %s', text => {
    expect(lint(text, {})).toBe('');
  });
});

describe('guru mode is needed for', () => {
  test.each([
    ['a member', 'probe kernel.function("f") { $file->f_pos = 5 }', '$file'],
    ['an element', 'probe module("m").function("f") { $buf[0]->x[1] += 3 }', '$buf'],
    ['a step before it', 'probe kernel.function("f") { ++$n }', '$n'],
    ['a step behind it', 'probe kernel.function("f") { $n-- }', '$n'],
    ['a variable of a statement', 'probe process("/bin/x").statement("*@x.c:3") { $n = 1 }', '$n'],
    ['what a tracepoint points to', 'probe kernel.trace("t") { $prev->pid++ }', '$prev'],
    ['a cast', 'probe begin { @cast(1, "file", "kernel")->f_pos = 5 }', '@cast'],
    ['a variable by its name', 'probe begin { @var("jiffies") <<= 5 }', '@var'],
    ['the verdict on a packet', 'probe netfilter.ipv4.local_in { $verdict = 0 }', '$verdict'],
    ['a constant of C', 'probe never { println(@const("X")) }', '@const'],
    ['a register', 'probe begin { println(@kregister(4)) }', '@kregister'],
    ['an address', 'probe kernel.statement(0xffff).absolute { }', 'kernel'],
    ['C in a value', 'probe begin { x = %{ 1 %} }', '%{ 1 %}'],
    ['an assignment in a function', 'function f() { $x = 1 } probe kernel.function("a") { f() }', '$x'],
    [
      'one behind another function',
      'function f() { $x++ } function g() { f() } probe module("m").function("a") { g() }',
      '$x',
    ],
    ['a cast in a function', 'function f(p) { @cast(p, "file")->f_pos = 0 } probe timer.s(1) { f(1) }', '@cast'],
    ['an assignment in an alias', 'probe my.a = kernel.function("a") { $x = 1 } probe my.a { }', '$x'],
    ['one in the probe of an alias', 'probe my.a = kernel.function("a") { } probe my.a { $x = 1 }', '$x'],
    [
      'one of an alias of an alias',
      'probe b = my.a { } probe my.a = kernel.function("a") { } probe b { $x += 1 }',
      '$x',
    ],
    ['one of the library', 'probe vfs.read.return { $return = 0 }', '$return'],
    ['a look at the verdict', 'probe netfilter.ipv4.local_in { if ($verdict) next }', '$verdict'],
  ])('%s', (_what, text, word) => {
    expect(lint(text, {})).toMatch(/^a\.stp:1:\d+ ".*" guru-needed: [^\n]*$/);
    expect(lint(text, {})).toContain(`"${word}"`);
    expect(lint(text, { guru: 'yes' })).toBe('');
  });

  test.each([
    ['C', '%( kernel_v >= "4.0" %? function f() %{ %} %: function f() { } %) probe begin { f() }', 'has embedded C'],
    ['C by the version of stap', '%( systemtap_v >= "4.0" %? %{ %} %) probe begin { }', 'has embedded C'],
    ['a constant of C', '%( CONFIG_X == "y" %? probe never { println(@const("A")) } %) probe begin { }', 'has @const'],
    [
      'an assignment',
      '%( arch == "s390" %? probe kernel.function("f") { $x = 1 } %) probe begin { }',
      'assigns a variable',
    ],
  ])('%s in a branch that may be taken, as a warning', (_what, text, what) => {
    const [said = '', ...more] = lint(text, {}).split('\n');
    expect(said).toMatch(/^a\.stp:1:\d+ ".*" warning guru-needed: a branch that may be taken /);
    expect(said).toContain(what);
    expect(more).toEqual([]);
    expect(lint(text, { guru: 'yes' })).toBe('');
  });
});

describe('variables that stap refuses in any mode:', () => {
  test.each([
    [
      'of a timer',
      'probe timer.s(1) { $x = 1 }',
      '$x',
      'no-variable: begin, end, error, never and timers trace no code',
    ],
    ['read in begin', 'probe begin { println($x) }', '$x', 'warning no-variable: begin, end, error, never and timers'],
    ['of a function of a timer', 'function f() { $x = 1 } probe timer.s(1) { f() }', '$x', 'no-variable: begin, end'],
    ['of a tracepoint itself', 'probe kernel.trace("t") { $x = 1 }', '$x', 'no-variable: stap cannot assign $x'],
    [
      'of a return',
      'probe kernel.function("f").return { $x = 1 }',
      '$x',
      'no-variable: a .return probe can assign $return',
    ],
  ])('%s', (_what, text, word, said) => {
    for (const guru of ['yes', 'no'] as const) expect(lint(text, { guru })).toContain(`"${word}" ${said}`);
  });

  test.each([
    ['an alias that nothing uses', 'probe my.a = kernel.function("a") { $x = 1 } probe begin { }'],
    ['a function that nothing calls', 'function f() { $x = 1 } probe begin { }'],
    ['what is asked for first', 'probe begin { if (@defined($x)) $x = 1 }'],
    ['a probe that may be left out', 'probe kernel.function("a")? { $x = 1 }'],
    ['what procfs takes', 'probe procfs("x").read { $value = "1" }'],
    ['a structure that is printed', 'probe begin { println(@cast(1, "task_struct")$$) }'],
    ['aliases of each other', 'probe a = b { $x = 1 } probe b = a { $x = 1 } probe a { $x = 1 }'],
    ['C in a branch that is not taken', '%( 0 == 1 %? %{ %} %) %( guru_mode == 1 %? %{ %} %) probe begin { }'],
  ])('nothing is said of %s', (_what, text) => {
    expect(lint(text, {})).toBe('');
  });
});

describe('the first line', () => {
  test.each([
    ['#!/usr/bin/stap -DMAXACTION=100000', 'write stap_options: { defines: { MAXACTION: 100000 } }'],
    ['#! /usr/bin/env stap -gv', 'write stap_options: { guru: true }'],
    [
      '#!/usr/bin/env -S stap -v --skip-badvars -t',
      'write stap_options: { skip_badvars: true, defines: { STP_TIMING: 1 } }',
    ],
    ['#!/usr/bin/stap -v', undefined],
    ['#!/usr/bin/stap -c -gone', undefined],
    ['# stap -x PID -g script.stp', 'write stap_options: { guru: true }'],
    ['# stap -d /usr/sbin/mysqld script.stp', 'write unwind: [/usr/sbin/mysqld]'],
    ['# stap -g script.stp --ldd -c "ls"', 'write stap_options: { guru: true } and unwind: { libraries: true }'],
    ['# stap --all-modules script.stp', 'write unwind: { all_modules: true }'],
    ['#!/usr/bin/env staprun -g', undefined],
    ['# stap -g is not what this needs', undefined],
    ['// run it: stap -DX=2 script.stp', 'write stap_options: { defines: { X: 2 } }'],
  ])('%s', (line, cure) => {
    const said = lint(`${line}\nprobe begin { }`, {});
    if (cure === undefined) expect(said).toBe('');
    else expect(said.endsWith(`; ${cure}`) && said.includes(' header-options: ')).toBe(true);
  });

  test('may not begin with a byte order mark', () => {
    expect(lint('\uFEFFprobe begin { }', {})).toContain('a byte order mark stands here');
  });
});
