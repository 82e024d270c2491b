import type { BuildHostFacts, BuildTree } from '../../facts/host-facts.ts';
import type { Finding, WantedPackage } from '../../model/finding.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { ScriptNeeds } from '../../model/script-needs.ts';
import { type Channel, install, packageFamily } from '../packages/install-command.ts';
import { type KernelPackages, kernelPackages } from '../packages/kernel-packages.ts';
import { fails, passes, type Remedy, staysUnknown, warns } from './verdicts.ts';

export type TreeNeeds = Pick<ScriptNeeds, 'debuginfo' | 'symbols'>;

/** Checks for a kernel's tree on a build host, and for the debugging information that scripts need. */
export function checkTree(facts: BuildHostFacts, kernel: Kernel, needs: TreeNeeds): readonly Finding[] {
  const tree = facts.trees.find(other => other.release === kernel.release);
  const packages = kernelPackages(kernel);
  return [
    checkHeaders(tree, facts, kernel, packages),
    checkSymvers(tree, facts, kernel, packages),
    checkDebuginfo(tree, facts, needs, packages),
    checkSymbols(tree, facts, needs, packages),
  ];
}

function checkHeaders(
  tree: BuildTree | undefined,
  facts: BuildHostFacts,
  kernel: Kernel,
  packages: KernelPackages | undefined,
): Finding {
  const check = 'headers';
  const remedy = installHeaders(facts, kernel, packages);
  if (tree === undefined || tree.headers === 'missing') {
    return fails(check, `no kernel headers for ${kernel.release}`, remedy);
  }
  if (tree.headers === 'dangling-link') {
    const to = tree.pointsTo === undefined ? 'nothing' : `${tree.pointsTo}, which is not there`;
    return fails(check, `${tree.path} points to ${to}`, remedy);
  }
  const lacks = lacksOf(tree).filter(name => name !== 'Module.symvers');
  if (lacks.length > 0) return fails(check, `${tree.path} lacks ${lacks.join(' and ')}`, remedy);
  if (tree.utsVersion !== undefined && tree.utsVersion !== kernel.version) {
    return fails(check, `its headers are of "${tree.utsVersion}", the target runs "${kernel.version}"`, {
      ...remedy,
      cure: `${remedy.cure ?? 'install them'}, or boot the target into the kernel that the headers are of`,
    });
  }
  return passes(check, tree.path);
}

/** Older kept facts do not list what is lacking. */
function lacksOf({ headers, lacks }: BuildTree): readonly string[] {
  if (headers !== 'incomplete') return [];
  return lacks ?? ['.config', 'Module.symvers', 'Makefile'];
}

/** Where the headers are missing, their own finding is enough. */
function checkSymvers(
  tree: BuildTree | undefined,
  facts: BuildHostFacts,
  kernel: Kernel,
  packages: KernelPackages | undefined,
): Finding {
  const check = 'symvers';
  if (tree?.headers === 'present') return passes(check, `${tree.path}/Module.symvers`);
  if (tree !== undefined && lacksOf(tree).includes('Module.symvers')) {
    const found = `${tree.path} lacks Module.symvers, without which no module fits its kernel`;
    return fails(check, found, installHeaders(facts, kernel, packages));
  }
  return staysUnknown(check, 'there are no whole headers to look into');
}

/** Where the need is unknown there is no fix, since the packages are large. */
function checkDebuginfo(
  tree: BuildTree | undefined,
  facts: BuildHostFacts,
  { debuginfo: need }: TreeNeeds,
  packages: KernelPackages | undefined,
): Finding {
  const check = 'debuginfo';
  if (tree?.debuginfo !== undefined) return passes(check, tree.debuginfo.path);
  if (need === 'no') return passes(check, 'none; no script needs it');
  if (facts.debuginfod === 'asked') {
    return warns(check, 'none here; stap will ask debuginfod (DEBUGINFOD_URLS)', {
      cure: 'see that this server has the kernel: debuginfod-find debuginfo vmlinux of its build id',
    });
  }
  const remedy = installDebuginfo(facts, packages);
  const cure = [
    ...(remedy.cure === undefined ? [] : [remedy.cure]),
    ...(facts.debuginfod === 'not-set' ? ['set DEBUGINFOD_URLS where stap runs, as /etc/debuginfod says'] : []),
  ].join(', or ');
  const cured = cure === '' ? { cure: 'use probes that need none' } : { cure };
  return need === 'yes'
    ? fails(check, "a script needs the kernel's debuginfo, and there is none", { ...remedy, ...cured })
    : warns(check, 'none; scripts may need it', cured);
}

/** DWARF has the symbols too. Debian leaves a System.map without symbols beside its kernels. */
function checkSymbols(
  tree: BuildTree | undefined,
  facts: BuildHostFacts,
  { symbols, debuginfo }: TreeNeeds,
  packages: KernelPackages | undefined,
): Finding {
  const check = 'symbols';
  if (tree?.symbols !== undefined) return passes(check, tree.symbols);
  if (tree?.debuginfo !== undefined) return passes(check, `those of ${tree.debuginfo.path}`);
  if (symbols === 'yes' && facts.debuginfod === 'asked') {
    return warns(check, 'no System.map; stap will ask debuginfod (DEBUGINFOD_URLS) for the DWARF, which has them');
  }
  if (symbols === 'yes') {
    const remedy = installDebuginfo(facts, packages);
    return fails(check, "a script needs the kernel's symbols (kprobe.function), and there is no System.map", {
      cure: `copy the target's /boot/System.map there, if it has symbols${remedy.cure === undefined ? '' : `; else ${remedy.cure}`}`,
      fix: remedy.fix,
      packages: remedy.packages,
    });
  }
  if (symbols === 'no' && debuginfo === 'no') return passes(check, 'none; no script needs them');
  return warns(check, 'no System.map: kernel addresses in output have no names, and some probes do not resolve');
}

function installHeaders(facts: BuildHostFacts, kernel: Kernel, packages: KernelPackages | undefined): Remedy {
  if (packages !== undefined) return installFor(facts, packages, packages.headers, 'usual');
  return install(facts.os, [{ name: guessHeaders(facts, kernel.release) }]);
}

function installDebuginfo(facts: BuildHostFacts, packages: KernelPackages | undefined): Remedy {
  if (packages === undefined || packages.debuginfo.length === 0) return {};
  const remedy = installFor(facts, packages, packages.debuginfo, 'debug');
  // Somebody has to enable an archive first.
  return packages.debuginfoNote === undefined
    ? remedy
    : { cure: `${remedy.cure} (${packages.debuginfoNote})`, packages: remedy.packages };
}

/** The tools of another distribution do not find the packages. */
function installFor(
  { os }: BuildHostFacts,
  { family, origin }: KernelPackages,
  wanted: readonly WantedPackage[],
  channel: Channel,
): Remedy {
  if (packageFamily(os) === family) return install(os, wanted, channel);
  const names = wanted.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`)).join(' and ');
  return { cure: `unpack ${names} there: it is ${distributions[origin]}'s, this host is ${os.id ?? 'of another one'}` };
}

const distributions: Readonly<Record<KernelPackages['origin'], string>> = {
  debian: 'Debian',
  ubuntu: 'Ubuntu',
  'enterprise-linux': 'Enterprise Linux',
  fedora: 'Fedora',
  amazon: 'Amazon Linux',
  'oracle-uek': 'Oracle Linux',
  suse: 'SUSE',
  alpine: 'Alpine',
  unknown: 'nobody',
};

/** For a self-made kernel: the name that the host's distribution would use. */
function guessHeaders({ os }: BuildHostFacts, release: string): string {
  const family = packageFamily(os);
  if (family === 'rpm') return `kernel-devel-${release}`;
  if (family === 'suse') return 'kernel-default-devel';
  return family === 'alpine' ? 'linux-lts-dev' : `linux-headers-${release}`;
}
