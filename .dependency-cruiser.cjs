// The rooms in the order in which data flows; a room imports only earlier ones.
const rooms = [
  'model',
  'records',
  'document',
  'git',
  'template',
  'inventory',
  'playbook',
  'script',
  'transport',
  'facts',
  'plan',
  'build',
  'run',
  'report',
  'history',
  'schedule',
  'cli',
];

const arrows = rooms.slice(0, -1).map((room, index) => ({
  name: `${room}-imports-earlier-rooms-only`,
  severity: 'error',
  comment: `src/${room}/ may import only rooms before it. Move the shared word to model/, or let cli/ pass it in.`,
  from: { path: `^src/${room}/` },
  to: { path: `^src/(?:${rooms.slice(index + 1).join('|')})/` },
}));

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
      name: 'records-is-pure',
      severity: 'error',
      comment: 'records/ turns lines and events into data: no node:*, no packages. Read and write elsewhere.',
      from: { path: '^src/records/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'] },
    },
    {
      name: 'plan-is-pure',
      severity: 'error',
      comment:
        'plan/ is a function of its input: no node:*, no packages. Do the work in cli/ or build/ and pass the result.',
      from: { path: '^src/plan/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'] },
    },
    {
      name: 'plan-imports-types-only',
      severity: 'error',
      comment: 'plan/ takes facts, plays and inventories as data: from other rooms it imports types (`import type`).',
      from: { path: '^src/plan/' },
      to: { path: '^src/(?!plan/|model/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'report-knows-only-the-model',
      severity: 'error',
      comment: 'report/ and the engine meet only in model/event.ts. What report/ needs has to be in an event.',
      from: { path: '^src/(?:report|history)/' },
      to: { path: '^src/(?!report/|history/|records/|model/)' },
    },
    {
      name: 'report-and-history-are-strangers',
      severity: 'error',
      comment: 'history/ keeps events, report/ shows them; neither calls the other.',
      from: { path: '^src/history/' },
      to: { path: '^src/report/' },
    },
    {
      name: 'only-ssh-names-ssh2',
      severity: 'error',
      comment: 'ssh2 stays behind the port in transport/transport.ts.',
      from: { path: '^src/', pathNot: '^src/transport/ssh/' },
      to: { path: 'node_modules/(?:@types/)?ssh2/' },
    },
    {
      name: 'only-report-names-listr2',
      severity: 'error',
      comment: 'Progress is drawn in report/ from events; work is never done as a listr2 task.',
      from: { path: '^src/', pathNot: '^src/report/' },
      to: { path: 'node_modules/listr2/' },
    },
    {
      name: 'only-document-names-yaml-and-ajv',
      severity: 'error',
      comment: 'YAML and schemas are read in document/, which gives values with places.',
      from: { path: '^src/', pathNot: '^src/document/' },
      to: { path: 'node_modules/(?:yaml|ajv|ajv-formats)/' },
    },
    {
      name: 'git-knows-only-the-model',
      severity: 'error',
      comment: 'git/ gives files of a revision to whoever reads them; it does not know what is in them.',
      from: { path: '^src/git/' },
      to: { path: '^src/(?!git/|model/)' },
    },
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
