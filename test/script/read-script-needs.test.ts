import { describe, expect, test } from 'vitest';
import { joinNeeds, type ScriptNeeds } from '../../src/model/script-needs.ts';
import { readScriptNeeds } from '../../src/script/read-script-needs.ts';
import * as seedScripts from './seed-scripts.ts';

/** Kprobes, uprobes, tracepoints, debuginfo, symbols, a letter each: n(o), y(es), u(nknown). */
function letters({ kprobes, uprobes, tracepoints, debuginfo, symbols }: ScriptNeeds): string {
  return [kprobes, uprobes, tracepoints, debuginfo, symbols].map(need => need[0]).join('');
}

describe('probe points', () => {
  test.each([
    ['probe begin, end, timer.s(5), error {}', 'nnnnn'],
    ['probe procfs("x").read {} probe perf.hw.cpu_cycles.sample(1000) {}', 'nnnnn'],
    ['probe kernel.function("vfs_read").return {}', 'ynnyn'],
    ['probe module("ext4").function("*") {}', 'ynnyn'],
    ['probe kernel.statement("bio_init@fs/bio.c+3") {}', 'ynnyn'],
    ['probe kernel.statement(0xc00).absolute {}', 'ynnnn'],
    ['probe kprobe.function("vfs_read") {}', 'ynnny'],
    ['probe nd_syscall.read {}', 'ununu'],
    ['probe dw_syscall.read {}', 'ynnyn'],
    ['probe tp_syscall.read {}', 'nnynn'],
    ['probe syscall.read {}', 'unuuu'],
    ['probe vfs.read, ioblock.request {}', 'unuuu'],
    ['probe kernel.trace("sched_switch") {}', 'nnynn'],
    ['probe process("/bin/ls").function("main") {}', 'nynnn'],
    ['probe process.begin {}', 'nunnn'],
    ['probe process("/bin/ls").begin {}', 'nunnn'],
    ['probe process("/bin/ls").mark("m") ? {}', 'nunnn'],
    ['probe process("ls").mark("m"), process("bad").mark("m") {}', 'nynnn'],
    ['probe debuginfod.process("/bin/*").mark("m") {}', 'nynnn'],
    ['probe python.function.entry {}', 'uuuuu'],
    ['probe pg = process("/bin/ls").mark("m") {} probe pg {}', 'nynnn'],
    ['probe pg = process("/bin/ls") {} probe pg.mark("m") {}', 'uyuuu'],
    // What the preprocessor leaves out or adds elsewhere takes nothing away from it.
    ['probe process("/bin/ls").mark("m") {} %( kernel_v > "4" %? probe begin {} %)', 'nynnn'],
    ['%( kernel_v > "4" %? probe process("/bin/ls").mark("m") {} %)', 'nunnn'],
    ['probe begin { println(@var("x", "/bin/ls")) }', 'nunun'],
    // The script's own name for a point, and what it says of itself.
    ['probe mine = kernel.function("f") { x = 1 } probe mine {}', 'ynnyn'],
    ['probe kernel.function("f") ?, kernel.function("g")! {}', 'unnun'],
    ['probe kernel.function("f") if (probe_it) {}', 'ynnyn'],
    ['probe {kernel,module("ext4")}.function("f") ? {}', 'unuuu'],
    ['%( kernel_v > "4" %? probe kernel.function("f") {} %)', 'unnun'],
    ['probe timer.s(1) { println($$parms) }', 'nnnun'],
    ['probe timer.s(1) { println(@cast(p, "task_struct")->pid) }', 'nnnun'],
    ['# probe kernel.function("f") {}\nprobe begin { println("probe kernel.function {") }', 'nnnnn'],
    ['probe', 'nnnnn'],
    ['', 'nnnnn'],
  ])('%s', (text, expected) => {
    expect(letters(readScriptNeeds(text))).toBe(expected);
  });
});

test('several scripts need what any of them needs', () => {
  const needs = [
    readScriptNeeds('probe begin {}'),
    readScriptNeeds('probe syscall.read {}'),
    readScriptNeeds('probe process("x").mark("m") {}'),
  ];
  expect(letters(joinNeeds(needs))).toBe('uyuuu');
  expect(letters(joinNeeds([]))).toBe('nnnnn');
});

test.each(Object.entries(seedScripts))('%s is sure to need nothing that it may do without', (_name, text) => {
  expect(readScriptNeeds(text).debuginfo).not.toBe('yes');
});
