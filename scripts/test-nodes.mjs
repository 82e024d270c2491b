// `npm run test:nodes`: the bundle, and what of the tests depends on Node, on each Node that is supported. Ends with a line that
// says how many passed.
//
// Not all tests four times: what is proven of rules by one Node is proven for all. What differs between them is the engine (its flags,
// its regular expressions, dates and sorting), processes, streams and signals, and the ciphers that OpenSSL still has. So: the rooms
// that are pure, which take seconds; processes and both SSH adapters against a real sshd; and the bundled program, with an apply and
// every way that it can end.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addFigures, runStep, tellFigures } from './figures.mjs';
import { printTimes, runVitest } from './run-vitest.mjs';

/** The oldest of Node 20 that package.json allows, and of every even one after it. */
const versions = ['20.19.0', '22.23.5', '24.22.3', '26.12.1'];

const tests = [
  ...['document', 'git', 'model', 'plan', 'playbook', 'process', 'records', 'schedule', 'script'].map(
    room => `test/${room}/`,
  ),
  ...['test/transport/contract', 'test/transport/run-command', 'test/program/any-node', 'test/program/exit-codes'],
];

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tapbook-nodes');
const steps = [runStep('setup', ['sh', 'scripts/setup.sh'])];
for (const version of steps[0].failed === 0 ? versions : []) steps.push(await runOn(version));
printTimes(
  steps.flatMap(step => step.files ?? []),
  steps,
);
tellFigures(addFigures(steps));

async function runOn(version) {
  const name = `Node ${version}`;
  process.stdout.write(`\n${name}\n`);
  const node = await provideNode(version);
  if (node === undefined)
    return { name, seconds: 0, passed: 0, failed: 1, skipped: 0, failures: [`${name} is not to be had`] };
  const bundle = runStep(name, [node, 'scripts/bundle.mjs']);
  const { files, ...tested } = runVitest(name, ['--project=unit', '--project=program', ...tests], node);
  return {
    ...addFigures([bundle, tested]),
    failures: [bundle, tested].flatMap(step => step.failures).map(one => `${version} ${one}`),
    name,
    files: files.map(one => ({ ...one, file: `${version} ${one.file}` })),
  };
}

/** The binary of a version, which npm has as a package for each platform; fetched once. */
async function provideNode(version) {
  const folder = join(cache, version);
  const name = `node-${process.platform}-${process.arch}`;
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  if (saysVersion(node, version)) return node;
  mkdirSync(cache, { recursive: true });
  for (let tries = 1; tries <= 4; tries++) {
    process.stdout.write(`fetching ${name}@${version} by npm, which takes some seconds\n`);
    const half = mkdtempSync(join(cache, 'new-'));
    const argv = [
      'install',
      `${name}@${version}`,
      '--prefix',
      half,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    const { status } = spawnSync('npm', argv, { cwd: cache, stdio: 'inherit' });
    rmSync(folder, { recursive: true, force: true });
    // It gets its name only when it is whole.
    if (status === 0) renameSync(half, folder);
    else rmSync(half, { recursive: true });
    if (saysVersion(node, version)) return node;
    if (tries < 4) {
      process.stdout.write(`it did not come; trying again in ${tries * 5} s\n`);
      await sleep(tries * 5000);
    }
  }
  process.stdout.write(`there is no ${name}@${version}\n`);
  return undefined;
}

function saysVersion(node, version) {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${version}`;
}
