// What has to hold before a change lands: the checks, every test, the lab's real kernels and the demo on them included, on every
// Node that is supported. Says at the end where the time went, and how many passed.
import { addFigures, runStep, tellFigures } from './figures.mjs';
import { textTable } from './text-table.mjs';

const setUp = { name: 'setup', argv: ['sh', 'scripts/setup.sh'] };
const steps = [
  { name: 'check', argv: ['node', 'scripts/check.mjs'] },
  { name: 'unit and program', argv: ['node', 'scripts/test.mjs', 'unit', 'program'] },
  { name: 'nodes', argv: ['node', 'scripts/test-nodes.mjs'] },
  // Of which the demo is a part: test/lab/apply.test.ts looks at what it has done.
  { name: 'lab', argv: ['node', 'scripts/test.mjs', 'lab'] },
];

const done = [take(setUp)];
// Without it nothing else can be believed.
if (done[0].failed === 0) done.push(...steps.map(step => take(step, { TAPBOOK_IS_SET_UP: '1' })));
const all = addFigures(done);
const rows = [...done, { ...all, name: 'all' }].map(one => [one.name, one.seconds, `${one.passed}`, `${one.failed}`]);
process.stdout.write(`\n${textTable([['step', 'seconds', 'passed', 'failed'], ...rows])}\n`);
tellFigures(all);

function take({ name, argv }, env = {}) {
  process.stdout.write(`\n== ${name}\n`);
  const step = runStep(name, argv, env);
  process.stdout.write(`== ${name}: ${step.seconds.toFixed(0)} s, ${step.failed === 0 ? 'ok' : 'FAILED'}\n`);
  return step;
}
