/** A file that `tapbook init` has made. */
export function formatWrittenFile(path: string): string {
  return `wrote ${path}\n`;
}

/** What to do with a new repository in this folder, as commands to be copied. */
export function formatNextSteps(directory: string): string {
  const go = directory === '.' ? '' : `  cd ${directory}\n`;
  return `
Put your hosts into inventory.yml, then:
${go}  git init                                  # if it is no repository yet
  tapbook check playbooks/heartbeat.yml     # passes already; touches nothing
  tapbook doctor playbooks/heartbeat.yml    # what hosts lack, and what mends it
  tapbook apply playbooks/heartbeat.yml
`;
}
