/** One check of `tapbook doctor`, in Markdown. A result that never occurs is absent. */
export interface CheckRule {
  readonly looksAt: string;
  readonly fails?: string;
  readonly warns?: string;
  readonly cure?: string;
}

/** The checks of a target, in this order. */
const targetRules = {
  runtime: {
    looksAt: 'staprun and its package',
    fails: 'missing; another major version than that of stap (5.0 changed the transport)',
    cure: "installing it, in the build host's version if both run the same system",
  },
  rights: {
    looksAt: 'root, `become`, the groups stapusr and stapdev, the mode of staprun',
    fails:
      'none of them; stapusr or stapsys alone (they may load only what root put into `/lib/modules/R/systemtap`); staprun is not set-user-ID root',
    cure: '`usermod`, `ansible_become`; never by `--apply-fixes`: these groups are as good as root',
  },
  'kernel-modules': {
    looksAt: '`CONFIG_MODULES`',
    fails: 'the kernel has no loadable modules',
    cure: 'another kernel',
  },
  'modules-disabled': { looksAt: '`kernel.modules_disabled`', fails: 'it is 1', cure: 'a reboot' },
  container: {
    looksAt: 'container, user namespace, `CAP_SYS_MODULE` in the bounding set',
    fails: 'modules may not be loaded',
    warns: 'a container that may load modules',
    cure: "the machine that holds the container; sshd's unit",
  },
  'secure-boot': {
    looksAt: 'whether Secure Boot is on',
    warns: 'it is on, and the kernel may refuse unsigned modules',
    cure: '`sign`; enrolling its certificate; booting without',
  },
  lockdown: {
    looksAt: '`/sys/kernel/security/lockdown`',
    fails: 'locked down, and the modules are unsigned',
    warns: 'locked down, and the modules are signed',
    cure: '`sign`; enrolling its certificate; booting without',
  },
  'sig-enforce': {
    looksAt: '`module.sig_enforce`',
    fails: 'on, and the modules are unsigned',
    warns: 'on, and the modules are signed, or `lockdown` says so already',
    cure: '`sign`; enrolling its certificate; booting without',
  },
  fips: {
    looksAt: 'FIPS mode',
    warns: 'on, and the modules are signed: the digest has to be an approved one',
    cure: 'signing with sha256 or better',
  },
  kprobes: {
    looksAt: "the kernel's configuration, or its symbols",
    fails: 'not there, and a script surely needs them',
    warns: 'not there, and a script may need them',
    cure: 'another kernel, other probes',
  },
  uprobes: {
    looksAt: "the kernel's configuration, or its symbols",
    fails: 'not there, and a script surely needs them',
    warns: 'not there, and a script may need them',
    cure: 'another kernel, other probes',
  },
  tracepoints: {
    looksAt: "the kernel's configuration, or its symbols",
    fails: 'not there, and a script surely needs them',
    warns: 'not there, and a script may need them',
    cure: 'another kernel, other probes',
  },
  relay: {
    looksAt: "relay channels, which carry every module's output",
    fails: 'not there',
    cure: 'another kernel',
  },
  debugfs: { looksAt: 'debugfs, which every module needs', fails: 'not there', cure: 'another kernel' },
  module: {
    looksAt: '`/proc/modules`',
    fails: 'a module of the same name is loaded',
    cure: '`staprun -d`, if nobody uses it; `tapbook clean RUN`, if a run that is over has left it',
  },
  leftovers: {
    looksAt: 'folders of earlier runs, and whether a supervisor of theirs lives',
    warns: 'runs that are over have left something',
    cure: '`staprun -d` and `rm -rf`, of ours only',
  },
  disk: {
    looksAt: 'room for uploads',
    fails: 'less than 5 MB, or than `min_free_disk`',
    cure: 'making room',
  },
  memory: {
    looksAt: 'the buffers of the scripts on all CPUs',
    warns: 'they take more than half of what is available',
    cure: 'a smaller `buffer_mb`',
  },
  load: {
    looksAt: 'the load for each CPU',
    fails: 'more than `max_load_per_cpu`',
    cure: 'waiting',
  },
  clock: { looksAt: 'its clock against ours', warns: 'more than 2 s apart', cure: 'a time server' },
  binaries: {
    looksAt: 'the programs and libraries that scripts probe, with their build-ids; no row where they probe none',
    fails: 'missing, unreadable, no ELF file, without a build-id',
    cure: 'installing them; another path for this host',
  },
  'stale-processes': {
    looksAt: 'the processes that run these files; no row where there are none',
    fails: 'some run another build than the file has: begun before an upgrade, or in another root',
    warns: 'the same, where the play says `stale_processes: skip`; not all processes could be seen',
    cure: 'restarting them',
  },
  packages: {
    looksAt: 'the packages that the playbook asks for',
    fails: 'not installed',
    cure: 'installing them',
  },
  command: { looksAt: 'the commands of the preconditions', fails: 'an exit code that is not 0' },
  markers: {
    looksAt:
      'the marks and functions that scripts name in the programs and libraries of this host, each read once; no row where they name none',
    fails: 'a mark is not there',
    warns: 'a function is not in the table of symbols: only debuginfo may know it',
    cure: 'the name that may have been meant; `tapbook probes`; debuginfo where it is built',
  },
  'build-host': {
    looksAt: 'whether a build host can build for it; unknown where one of them does not answer',
    fails: 'none of them can',
    warns: 'its kernel fits no entry of `kernels`: it would be skipped',
    cure: "what the build hosts' own rows say",
  },
} as const;

/** The checks of a build host, in this order, for each kernel that it would build for. */
const buildHostRules = {
  stap: { looksAt: 'stap and its version', fails: 'missing', cure: 'installing it' },
  'cross-compiler': {
    looksAt: 'if the machine differs: the compiler that the kernel tree calls',
    fails: 'missing',
    cure: 'installing it; `arch` and `cross_compile`; another build host',
  },
  headers: {
    looksAt: '`/lib/modules/R/build`',
    fails: 'missing, a link to nothing, incomplete, or of another build of the kernel',
    cure: 'installing them',
  },
  symvers: { looksAt: '`Module.symvers`', fails: 'missing', cure: 'installing the headers whole' },
  debuginfo: {
    looksAt: "the kernel's DWARF, `DEBUGINFOD_URLS`",
    fails: 'missing, and a script surely needs it',
    warns: 'missing, and scripts may need it; only debuginfod has it',
    cure: 'installing it; `DEBUGINFOD_URLS`',
  },
  symbols: {
    looksAt: '`System.map`, or DWARF',
    fails: 'missing, and a script has `kprobe.function`',
    warns: 'missing',
    cure: "the target's `System.map`; debuginfo",
  },
  compiler: {
    looksAt: 'the compiler against the one that made the kernel',
    fails: "none; or not the very one that Debian's kernel trees call",
    warns: 'another major version',
    cure: 'installing it',
  },
  make: { looksAt: 'make', fails: 'missing', cure: 'installing it' },
  signing: {
    looksAt: 'if the play signs: sign-file or kmodsign, and the key',
    fails: 'missing, or the key cannot be read',
    cure: 'installing the headers whole, or sbsigntool; the key there',
  },
  disk: {
    looksAt: 'room for builds',
    fails: 'less than 20 MB',
    warns: 'less than 200 MB',
    cure: 'making room',
  },
  memory: { looksAt: 'available memory', warns: 'less than 512 MB', cure: 'freeing some; swap' },
  binaries: {
    looksAt:
      'the programs and libraries of the targets that scripts probe, by build-id: whether they are here, or are copied; no row where scripts probe none',
    warns: 'missing, and not copied either: `binaries: never`, or larger than `max_binary`',
    cure: 'installing the package of the targets; `binaries: fetch`, `max_binary`',
  },
  canary: {
    looksAt: 'what is known of its SystemTap and the kernel',
    fails: 'a minimal script could not be built for it, or would bring the kernel down',
    cure: 'another SystemTap; another build host',
  },
} as const;

/** Reported instead of all others where a host could not be probed. */
const eitherRules = {
  connection: { looksAt: 'the connection', fails: 'the host is unreachable' },
  probe: { looksAt: "the probe's own end", fails: 'the host cannot be probed' },
} as const;

export type CheckName = keyof typeof targetRules | keyof typeof buildHostRules | keyof typeof eitherRules;

/** Every check of `tapbook doctor`, by the kind of host. The reference is generated from this table. */
export const checkRules: Readonly<
  Record<'target' | 'build-host' | 'either', Readonly<Partial<Record<CheckName, CheckRule>>>>
> = {
  target: targetRules,
  'build-host': buildHostRules,
  either: eitherRules,
};
