import { describe, expect, test } from 'vitest';
import { joinNeeds, type ScriptNeeds, scriptNeeds } from '../../src/script/script-needs.ts';
import * as seedScripts from './seed-scripts.ts';

/** Kprobes, uprobes, tracepoints, debuginfo, a letter each: n(o), y(es), u(nknown). */
function letters({ kprobes, uprobes, tracepoints, debuginfo }: ScriptNeeds): string {
  return [kprobes, uprobes, tracepoints, debuginfo].map(need => need[0]).join('');
}

describe('probe points', () => {
  test.each([
    ['probe begin, end, timer.s(5), error {}', 'nnnn'],
    ['probe procfs("x").read {} probe perf.hw.cpu_cycles.sample(1000) {}', 'nnnn'],
    ['probe kernel.function("vfs_read").return {}', 'ynny'],
    ['probe module("ext4").function("*") {}', 'ynny'],
    ['probe kernel.statement("bio_init@fs/bio.c+3") {}', 'ynny'],
    ['probe kernel.statement(0xc00).absolute {}', 'ynnn'],
    ['probe kprobe.function("vfs_read") {}', 'ynnn'],
    ['probe nd_syscall.read {}', 'ynnn'],
    ['probe dw_syscall.read {}', 'ynny'],
    ['probe tp_syscall.read {}', 'nnyn'],
    ['probe syscall.read {}', 'unuu'],
    ['probe vfs.read, ioblock.request {}', 'unuu'],
    ['probe kernel.trace("sched_switch") {}', 'nnyn'],
    ['probe process("/bin/ls").function("main") {}', 'nynn'],
    ['probe process.begin {}', 'nunn'],
    // The script's own name for a point, and what it says of itself.
    ['probe mine = kernel.function("f") { x = 1 } probe mine {}', 'ynny'],
    ['probe kernel.function("f") ?, kernel.function("g")! {}', 'unnu'],
    ['probe kernel.function("f") if (probe_it) {}', 'ynny'],
    ['%( kernel_v > "4" %? probe kernel.function("f") {} %)', 'unnu'],
    ['probe timer.s(1) { println($$parms) }', 'nnnu'],
    ['probe timer.s(1) { println(@cast(p, "task_struct")->pid) }', 'nnnu'],
    ['# probe kernel.function("f") {}\nprobe begin { println("probe kernel.function {") }', 'nnnn'],
    ['probe', 'nnnn'],
    ['', 'nnnn'],
  ])('%s', (text, expected) => {
    expect(letters(scriptNeeds(text))).toBe(expected);
  });
});

test('several scripts need what any of them needs', () => {
  const needs = [
    scriptNeeds('probe begin {}'),
    scriptNeeds('probe syscall.read {}'),
    scriptNeeds('probe process("x").mark("m") {}'),
  ];
  expect(letters(joinNeeds(needs))).toBe('uyuu');
  expect(letters(joinNeeds([]))).toBe('nnnn');
});

test.each(Object.entries(seedScripts))('%s is sure to need nothing that it may do without', (_name, text) => {
  expect(scriptNeeds(text).debuginfo).not.toBe('yes');
});
