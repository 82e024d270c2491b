/** What the program reads from its environment, and where it keeps files: for the reference and the man pages. Markdown. */
export const environment: readonly (readonly [variable: string, meaning: string])[] = [
  ['TAPBOOK_INVENTORY', 'The inventory, if no `-i` is given.'],
  [
    'TAPBOOK_TRUSTED_FOLDERS',
    'Folders, with colons between them, whose `tapbook.yml` is read and whose programs are run, with all that is below them.',
  ],
  ['TAPBOOK_KEEP_RUNS', 'How many runs the history keeps: 500. 0 is no limit.'],
  ['TAPBOOK_KEEP_AGE', 'How long the history keeps a run: `90d`. 0 is no limit.'],
  ['TAPBOOK_KEEP_SIZE', 'How much disk the history may take: `5GB`. 0 is no limit.'],
  ['ANSIBLE_VAULT_PASSWORD_FILE', 'As `--vault-password-file`.'],
  ['XDG_CACHE_HOME', 'Where `tapbook/` with the caches is; else `~/.cache`.'],
  ['XDG_STATE_HOME', 'Where `tapbook/` with history and locks is; else `~/.local/state`.'],
  ['XDG_CONFIG_HOME', "Where `schedule --systemd --install` puts a user's units; else `~/.config`."],
  ['HOME', "If it is empty or relative, the account's home is used."],
  ['SSH_AUTH_SOCK', 'The SSH agent.'],
  ['NO_COLOR', 'If it is set: no colours, and plain lines in place of a drawing.'],
  ['CI', 'If it is set: plain lines in place of a drawing.'],
  ['TERM', 'If it is `dumb`: plain lines in place of a drawing.'],
  ['TMPDIR', 'Where a revision of git is copied to (`--ref`), and what `check --stap` gives to stap.'],
  ['XDG_RUNTIME_DIR', "Where the sockets of the system's `ssh` are."],
];

export const files: readonly (readonly [path: string, meaning: string])[] = [
  ['tapbook.yml', 'Defaults for options, in the folder of the playbook or above it.'],
  [
    '~/.cache/tapbook/modules/KEY/',
    'Modules that were built. The key covers script, arguments, options, kernel, kernel tree, debuginfo, stap and compiler. It can be deleted at any time.',
  ],
  ['~/.cache/tapbook/canaries/', 'Which SystemTap builds for which kernel. It can be deleted at any time.'],
  [
    '~/.cache/tapbook/binary-probes/',
    'The marks and functions of programs that `tapbook probes` has read, by their build-ids. It can be deleted at any time.',
  ],
  [
    '~/.cache/tapbook/build-hosts/',
    'What build hosts said of themselves in the last ten minutes. It can be deleted at any time.',
  ],
  [
    '~/.local/state/tapbook/runs/RUN/',
    'A run: `run.json` (what a list says of it), `plan.json`, `events.ndjson`, `summary.json`, `hosts`, `output/HOST.txt`, `files/` (outputs with `output.file`), `build/*.log` (all that stap printed), and `failed.hosts` if hosts failed. Readable by its owner only.',
  ],
  ['~/.local/state/tapbook/trusted-folders/', 'One file for each folder that `trust-folder` has been told of.'],
  ['~/.local/state/tapbook/locks/', 'One file for each lock that is held. What is stale is taken over or pruned.'],
  ['~/.ssh/config, /etc/ssh/ssh_config', 'Count as they do for `ssh`.'],
];
