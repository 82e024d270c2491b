// `npm test [unit|program|lab …]`: sets up what is needed, runs the tests, says where the time went, and ends with a line that
// says how many passed.
import { addFigures, runStep, tellFigures } from './figures.mjs';
import { printTimes, runVitest } from './run-vitest.mjs';

const suites = ['unit', 'program', 'lab'];
const named = process.argv.slice(2);
const unknown = named.filter(name => !suites.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`there is no suite ${unknown.join(', ')}; there are: ${suites.join(', ')}\n`);
  process.exit(1);
}
const wanted = suites.filter(name => named.length === 0 || named.includes(name));
const steps = [];
take(runStep('setup', ['sh', 'scripts/setup.sh']));
// In one go, so that all workers are busy; and before the lab is up, whose guests take a fifth of a small machine even at rest.
const here = wanted.filter(name => name !== 'lab');
if (here.length > 0 && isReady()) take(runSuites(here));
if (wanted.includes('lab') && isReady()) {
  const up = take(runStep('lab up', ['bash', 'test/lab/lab.sh', 'up']));
  if (up.failed === 0) take(runSuites(['lab']));
}
const files = steps.flatMap(step => step.files ?? []);
printTimes(files, steps);
tellFigures(addFigures(steps));

function take(step) {
  steps.push(step);
  return step;
}

function isReady() {
  return steps[0].failed === 0;
}

function runSuites(some) {
  return runVitest(
    some.join(' and '),
    some.map(name => `--project=${name}`),
  );
}
