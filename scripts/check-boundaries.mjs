// Holds the arrow rule. A cruise that reads nothing passes every rule, so that it has to be counted too.
import { spawnSync } from 'node:child_process';

const cruise = spawnSync('npx', ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'], {
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
});
if (cruise.stdout === '') {
  process.stderr.write(cruise.stderr);
  process.exit(1);
}
const { summary, modules } = JSON.parse(cruise.stdout);
const ours = modules.filter(module => module.source.startsWith('src/'));
for (const { rule, from, to } of summary.violations) {
  const comment = summary.ruleSetUsed.forbidden.find(other => other.name === rule.name)?.comment ?? '';
  process.stderr.write(`${from} -> ${to}: ${rule.name}\n    ${comment}\n`);
}
const resolved = ours
  .flatMap(module => module.dependencies)
  .filter(dependency => dependency.resolved.startsWith('src/'));
if (ours.length === 0 || resolved.length === 0) {
  process.stderr.write(
    `boundaries: ${ours.length} modules with ${resolved.length} arrows were read: the check is blind\n`,
  );
  process.exit(1);
}
process.stdout.write(
  `boundaries: ${ours.length} modules, ${resolved.length} arrows, ${summary.violations.length} violations\n`,
);
process.exit(summary.violations.length === 0 ? 0 : 1);
