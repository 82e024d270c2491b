/** What says it of a bastion, for which no variable of the inventory counts. */
const keywords: Readonly<Record<string, string>> = {
  ansible_host: 'HostName',
  ansible_port: 'Port',
  ansible_user: 'User',
  ansible_ssh_private_key_file: 'IdentityFile',
};

/** What would mend a host, for a bastion on the way to one. */
export function cureOfBastion(cure: string): string {
  return cure.replace(/\bansible_\w+/g, variable => {
    const keyword = Object.hasOwn(keywords, variable) ? keywords[variable] : undefined;
    return keyword === undefined ? variable : `its ${keyword} in ssh_config`;
  });
}
