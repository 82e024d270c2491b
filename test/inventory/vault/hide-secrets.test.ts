import { expect, test } from 'vitest';
import { hideSecrets } from '../../../src/inventory/vault/hide-secrets.ts';

test.each([
  ['db1 ansible_host=10.0.0.1 # pass through', 'db1 ansible_host=10.0.0.1 # pass through'],
  ['db1 ansible_become_password=s3cret ansible_port=22', 'db1 ansible_become_password=****** ansible_port=22'],
  ['db1 ansible_become_pass="a \\"b\\" c" x=1', 'db1 ansible_become_pass=*********** x=1'],
  ["db1 ansible_ssh_pass='a b'", 'db1 ansible_ssh_pass=*****'],
  ['db1 ansible_ssh_pass=a b c=1 # d', 'db1 ansible_ssh_pass=*** c=1 # d'],
  ['ansible_sudo_pass = a b c', 'ansible_sudo_pass = *****'],
  ['  ansible_become_password: a b c', '  ansible_become_password: *****'],
  ['{ansible_become_password: abc, ansible_port: x}', '{ansible_become_password: ***, ansible_port: x}'],
  ['{"ansible_become_password": "a,b", "x": 1}', '{"ansible_become_password": *****, "x": 1}'],
])('%s', (text, shown) => {
  const place = { file: 'hosts', line: 1, column: 1, endColumn: 2, text };
  expect(hideSecrets(place)).toEqual({ ...place, text: shown });
});

test('of a line that is too long to look through nothing is shown', () => {
  const text = `ansible_ssh_pass=s3cret ${'pass'.repeat(250_000)}`;
  expect(hideSecrets({ file: 'hosts', line: 1, column: 1, endColumn: 2, text }).text).toBe('*'.repeat(1_000));
});
