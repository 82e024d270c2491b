/** The `-e` variables that a later apply needs to reach the same hosts. An allow list, since others may hold passwords, or run programs. */
export const connectionNames: ReadonlySet<string> = new Set([
  'ansible_become',
  'ansible_become_method',
  'ansible_become_user',
  'ansible_connection',
  'ansible_host',
  'ansible_host_key_checking',
  'ansible_port',
  'ansible_private_key_file',
  'ansible_ssh_host',
  'ansible_ssh_port',
  'ansible_ssh_private_key_file',
  'ansible_ssh_user',
  'ansible_user',
  'tapbook_known_hosts_file',
]);
