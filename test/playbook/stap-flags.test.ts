import { expect, test } from 'vitest';
import { refusal } from './rig.ts';

test.each([
  [
    'stap_options: { D: MAXACTION=2000 }',
    '"D" is no key of stap_options; write stap_options: { defines: { MAXACTION: 2000 } }',
  ],
  [
    'stap_options: { D: { MAXACTION: 2000, A: x y } }',
    'write stap_options: { defines: { MAXACTION: 2000, A: "x y" } }',
  ],
  [
    'stap_options: { D: [MAXACTION=2000, STP_NO_OVERLOAD] }',
    'write stap_options: { defines: { MAXACTION: 2000, STP_NO_OVERLOAD: 1 } }',
  ],
  ['stap_options: { -DMAXACTION: 2000 }', 'write stap_options: { defines: { MAXACTION: 2000 } }'],
  ['stap_options: { "-DMAXACTION=2000": }', 'write stap_options: { defines: { MAXACTION: 2000 } }'],
  ['stap_options: { I: tapset }', 'write stap_options: { tapset_dirs: [tapset] }'],
  ['stap_options: { g: true }', 'write stap_options: { guru: true }'],
  ['stap_options: { x: 123 }', 'write target_process: { pid: 123 } into the script'],
  ['stap_options: { c: "/usr/bin/perf bench" }', 'write target_process: { name: perf } into the script'],
  ['stap_options: { d: [kernel, /usr/bin/x] }', 'write unwind: [kernel, /usr/bin/x] into the script'],
  ['stap_options: { ldd: true }', 'write unwind: { libraries: true } into the script'],
  ['stap_options: { --all-modules: true }', 'write stap_options: { all_modules: true }'],
  ['stap_options: { B: CROSS_COMPILE=arm-x- }', 'write stap_options: { cross_compile: arm-x- }'],
  ['stap_options: { G: n=5 }', 'write globals: { n: 5 } into the script'],
  ['stap_options: { T: 30 }', 'write duration: 30s into the script'],
  ['stap_options: { s: 64 }', 'write buffer_mb: 64 into the script'],
  ['stap_options: { compatible: "1.8", v: true }', '"v" is no key of stap_options; a playbook has nothing for -v'],
  ['stap_options: { k: }', 'a playbook has nothing for -k'],
  ['stap_options: { use-server: }', 'write stap_options: { use_server: true }'],
  ['stap_options: { unwind: [kernel] }', '"unwind" is no key of stap_options; it is a key of a script'],
  ['stap_options: { gurru: true }', 'did you mean "guru"?'],
  ['stap_options: { D: }', 'a playbook has nothing for -D'],
  [
    'stap_options: "-g -DMAXACTION=2000 -x 123 -d kernel --ldd -vk"',
    'stap_options is a text, not a mapping; write stap_options: { guru: true, defines: { MAXACTION: 2000 } } and target_process: { pid: 123 } and unwind: { modules: [kernel], libraries: true }; a playbook has nothing for -v, -k',
  ],
  [
    'stap_options: --compatible=1.8 -gP',
    'write stap_options: { compatible: "1.8", guru: true }; a playbook has nothing for -P',
  ],
  [
    'stap_options: [-g, "-D MAXACTION=2000", -I, tapset]',
    'stap_options is a list, not a mapping; write stap_options: { guru: true, defines: { MAXACTION: 2000 }, tapset_dirs: [tapset] }',
  ],
  ['stap_options: [guru]', 'stap_options is a list, not a mapping; for example: {"compatible":"1.8"}'],
  ['stap_options: "-D \'A"', 'stap_options is a text, not a mapping; for example: {"compatible":"1.8"}'],
  ['guru: true', '"guru" is no key of a script; it is a key of stap_options'],
  ['defines: { A: 1 }', '"defines" is no key of a script; it is a key of stap_options'],
  ['x: 123', '"x" is no key of a script; write target_process: { pid: 123 } into the script'],
  ['g: true', '"g" is no key of a script; write stap_options: { guru: true }'],
  ['service: nginx', '"service" is no key of a script; it is a key of target_process'],
])('%s', async (written, said) => {
  const script = `    - name: a\n      inline: 'probe begin {}'\n      duration: 1\n      ${written}\n`;
  const found = await refusal({ 'p.yml': `- hosts: db\n  scripts:\n${script}` });
  expect(found.split('\n').filter(line => line.endsWith(said))).toHaveLength(1);
});
