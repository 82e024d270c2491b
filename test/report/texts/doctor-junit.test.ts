import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { formatDiagnosisAsJunit } from '../../../src/report/texts/doctor-junit.ts';
import { examined, sample } from '../../support/sample-diagnosis.ts';

test('a suite for each host, a case for each check', () => {
  const few = { ...sample, hosts: sample.hosts.slice(29) };
  expect(formatDiagnosisAsJunit([few])).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="tapbook doctor" tests="10" failures="2" errors="1" skipped="1">
      <testsuite name="db30 (target, Who reads most)" hostname="db30" tests="2" failures="0" errors="0" skipped="0">
        <testcase classname="target.db30" name="runtime">
          <system-out>staprun 5.1 (systemtap-runtime 5.1-5)</system-out>
        </testcase>
        <testcase classname="target.db30" name="load">
          <system-out>0.04 for each CPU</system-out>
        </testcase>
      </testsuite>
      <testsuite name="bare1 (target, Who reads most)" hostname="bare1" tests="2" failures="1" errors="0" skipped="0">
        <testcase classname="target.bare1" name="runtime">
          <failure message="systemtap-runtime is not installed (no staprun)" type="runtime">systemtap-runtime is not installed (no staprun)
    apt-get install -y systemtap-runtime=5.1-5</failure>
        </testcase>
        <testcase classname="target.bare1" name="load">
          <system-out>0.05 for each CPU</system-out>
        </testcase>
      </testsuite>
      <testsuite name="strict1 (target, Who reads most)" hostname="strict1" tests="2" failures="1" errors="0" skipped="0">
        <testcase classname="target.strict1" name="runtime">
          <system-out>staprun 5.1 (systemtap-runtime 5.1-5)</system-out>
        </testcase>
        <testcase classname="target.strict1" name="lockdown">
          <failure message="the kernel is locked down (integrity) and refuses unsigned modules" type="lockdown">the kernel is locked down (integrity) and refuses unsigned modules
    boot without lockdown= and Secure Boot, or have the play sign its modules</failure>
        </testcase>
      </testsuite>
      <testsuite name="gone1 (target, Who reads most)" hostname="gone1" tests="1" failures="0" errors="1" skipped="0">
        <testcase classname="target.gone1" name="connection">
          <error message="connect ECONNREFUSED" type="connection">connect ECONNREFUSED
    is sshd running there?</error>
        </testcase>
      </testsuite>
      <testsuite name="builder (build-host, Who reads most)" hostname="builder" tests="3" failures="0" errors="0" skipped="1">
        <testcase classname="build-host.builder" name="stap">
          <system-out>5.1 (/usr/bin/stap)</system-out>
        </testcase>
        <testcase classname="build-host.builder" name="headers (6.1.0-56-cloud-amd64 x86_64)">
          <system-out>warning: gcc 12 is wanted, gcc 14 is there
    rm -rf /
    apt-get install -y gcc-12</system-out>
        </testcase>
        <testcase classname="build-host.builder" name="debuginfo (6.1.0-56-cloud-amd64 x86_64)">
          <skipped message="the host does not say"></skipped>
        </testcase>
      </testsuite>
    </testsuites>

    "
  `);
});

test('what hosts say is text, whatever it is, for a reader that is not ours', () => {
  const found = 'a<b>&"\'\0\x01\uffff]]>\ud800<script>x</script>';
  const text = formatDiagnosisAsJunit([
    { name: 'p & "q"', hosts: [examined('h<1>', [{ check: 'command', status: 'failed', found, cure: '<&>' }])] },
  ]);
  const reader = `import sys, json, xml.etree.ElementTree as t
root = t.fromstring(sys.stdin.buffer.read())
case = root[0][0]
print(json.dumps([root[0].get('name'), root[0].get('failures'), case[0].tag, case[0].get('message'), case[0].text]))`;
  const ran = spawnSync('python3', ['-c', reader], { input: text, encoding: 'utf8' });
  expect(ran.stderr).toBe('');
  const said = 'a<b>&"\'\ufffd]]><script>x</script>';
  expect(JSON.parse(ran.stdout)).toEqual(['h<1> (target, p & "q")', '1', 'failure', said, `${said}\n<&>`]);
});

const schema = new URL('../../support/junit.xsd', import.meta.url).pathname;

function validate(xml: string): { readonly status: number | null; readonly said: string } {
  const ran = spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, '-'], { input: xml, encoding: 'utf8' });
  return { status: ran.status, said: ran.error?.message ?? ran.stderr };
}

test('it is as the schema of JUnit has it, with counts that are those of its cases', () => {
  for (const plays of [[sample], [sample, sample], [{ name: 'p', hosts: [examined('h', [])] }], []]) {
    const xml = formatDiagnosisAsJunit(plays);
    expect(validate(xml)).toEqual({ status: 0, said: '- validates\n' });
    const [all = '', ...suites] = xml.match(/<testsuites? [^>]*>/g) ?? [];
    for (const [name, cases] of [
      ['tests', '<testcase '],
      ['failures', '<failure '],
      ['errors', '<error '],
      ['skipped', '<skipped '],
    ] as const) {
      const count = (text: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(text)?.[1]);
      expect(count(all)).toBe(xml.split(cases).length - 1);
      expect(suites.reduce((sum, suite) => sum + count(suite), 0)).toBe(count(all));
    }
  }
});

test('the schema refuses what no reader would take', () => {
  const xml = formatDiagnosisAsJunit([sample]);
  for (const [from, to] of [
    ['<testcase classname="target.bare1"', '<testcase '],
    ['<failure message', '<failed message'],
    ['tests="', 'tests="many'],
    [' type="runtime"', ''],
  ] as const) {
    const broken = xml
      .replaceAll(from, to)
      .replaceAll('</failure>', to.startsWith('<failed') ? '</failed>' : '</failure>');
    expect(broken).not.toBe(xml);
    expect(validate(broken).status).toBe(3);
  }
});
