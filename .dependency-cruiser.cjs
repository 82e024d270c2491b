// The rooms from the lowest to the highest; a room imports only those below it. src/README.md says what each holds.
const rooms = [
  'model',
  'process',
  'records',
  'elf',
  'document',
  'git',
  'template',
  'inventory',
  'playbook',
  'script',
  'transport',
  'facts',
  'plan',
  'module',
  'schedule',
  'history',
  'report',
  'engine',
  'cli',
];

const arrows = rooms.slice(0, -1).map((room, index) => ({
  name: `${room}-imports-lower-rooms-only`,
  severity: 'error',
  comment: `src/${room}/ may import only rooms below it. Move the shared word to model/, or let who is above pass it in.`,
  from: { path: `^src/${room}/` },
  to: { path: `^src/(?:${rooms.slice(index + 1).join('|')})/` },
}));

const anyPackage = ['core', 'npm', 'npm-dev', 'npm-optional'];

/** Only files of `room` may import the package. */
const onlyIn = (room, packages, comment) => ({
  name: `only-${room.replaceAll(/\W+/g, '-')}-names-${packages[0]}`,
  severity: 'error',
  comment,
  from: { path: '^src/', pathNot: `^src/${room}/` },
  to: { path: `node_modules/(?:@types/)?(?:${packages.join('|')})/` },
});

module.exports = {
  forbidden: [
    ...arrows,
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one file, or hide a third. Take out what both need.',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'model-imports-nothing',
      severity: 'error',
      comment: 'model/ is shared words and their rules: no node:*, no packages, no other room.',
      from: { path: '^src/model/' },
      to: { pathNot: '^src/model/' },
    },
    {
      name: 'records-is-pure',
      severity: 'error',
      comment: 'records/ turns lines and events into data: no node:*, no packages. Read and write elsewhere.',
      from: { path: '^src/records/' },
      to: { dependencyTypes: anyPackage },
    },
    {
      name: 'elf-is-pure',
      severity: 'error',
      comment: 'elf/ turns bytes into data, and asks for them by ranges: no node:*, no packages. Open files elsewhere.',
      from: { path: '^src/elf/' },
      to: { dependencyTypes: anyPackage },
    },
    {
      name: 'plan-is-pure',
      severity: 'error',
      comment:
        'plan/ is a function of its input: no node:*, no packages. Do the work in engine/ or module/ and pass the result.',
      from: { path: '^src/plan/' },
      to: { dependencyTypes: anyPackage },
    },
    {
      name: 'plan-imports-types-only',
      severity: 'error',
      comment: 'plan/ takes facts, plays and inventories as data: from other rooms it imports types (`import type`).',
      from: { path: '^src/plan/' },
      to: { path: '^src/(?!plan/|model/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'engine-knows-no-terminal',
      severity: 'error',
      comment:
        'engine/ is told everything and tells events and values: nothing of cli/, report/, commander, listr2 or node:process. Pass it in as a port.',
      from: { path: '^src/engine/' },
      to: {
        path: '^src/(?:cli|report)/|node_modules/(?:commander|@commander-js|listr2)/|^(?:node:)?(?:process|readline|tty)(?:/|$)',
      },
    },
    {
      name: 'report-knows-only-the-model',
      severity: 'error',
      comment: 'report/ and the engine meet only in model/event.ts. What report/ needs has to be in an event.',
      from: { path: '^src/(?:report|history)/' },
      to: { path: '^src/(?!report/|history/|records/|process/|model/)' },
    },
    {
      name: 'report-and-history-are-strangers',
      severity: 'error',
      comment: 'history/ keeps events, report/ shows them; neither calls the other.',
      from: { path: '^src/report/' },
      to: { path: '^src/history/' },
    },
    {
      name: 'git-knows-only-the-model',
      severity: 'error',
      comment: 'git/ gives files of a revision to whoever reads them; it does not know what is in them.',
      from: { path: '^src/git/' },
      to: { path: '^src/(?!git/|process/|model/)' },
    },
    onlyIn(
      'process',
      ['execa', 'signal-exit'],
      'Programs are run by process/run-program.ts: pass it what yours needs.',
    ),
    {
      name: 'only-process-and-transport-start-programs',
      severity: 'error',
      comment: 'Run a program by process/run-program.ts; only transport/ has programs to talk with while they run.',
      from: { path: '^src/', pathNot: '^src/(?:process|transport)/' },
      to: { path: '^(?:node:)?child_process$' },
    },
    onlyIn('transport/ssh', ['ssh2'], 'ssh2 stays behind the port in transport/transport.ts.'),
    onlyIn('report', ['listr2'], 'Progress is drawn in report/ from events; work is never done as a listr2 task.'),
    onlyIn(
      'document',
      ['yaml', 'ajv', 'ajv-formats'],
      'YAML and schemas are read in document/, which gives values with places.',
    ),
    onlyIn(
      'cli/arguments',
      ['commander', '@commander-js/extra-typings'],
      'Options are parsed once, in cli/arguments/; commands take plain values, completion a CommandTree.',
    ),
    {
      name: 'src-does-not-know-its-tests',
      severity: 'error',
      comment: 'What src/ needs belongs into src/.',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-dev-packages-in-src',
      severity: 'error',
      comment: 'src/ is bundled from dependencies only; move the package from devDependencies if it is really needed.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
