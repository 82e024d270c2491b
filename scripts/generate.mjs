// Makes code out of schemas/: validators for the program (git-ignored) and the types of the written playbook (committed).
// With --check nothing is written; the exit code is 1 if a committed file is stale.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { createGenerator } from 'ts-json-schema-generator';

const root = new URL('..', import.meta.url).pathname;
const isCheck = process.argv.includes('--check');
const stale = [];
const read = path => readFileSync(`${root}${path}`, 'utf8');

// What tapbook prints is described by its own types; what people write, by hand.
keep('schemas/event.schema.json', describeType('event', 'Event'), 'committed');
keep('schemas/plan.schema.json', describeType('plan', 'PlanDocument'), 'committed');
const schemas = readdirSync(`${root}schemas`)
  .filter(file => file.endsWith('.schema.json'))
  .sort()
  .map(file => JSON.parse(read(`schemas/${file}`)));
const written = schemas.filter(({ $id }) => $id === 'playbook.schema.json');

const ajv = new Ajv.default({
  allErrors: true,
  strict: true,
  strictTypes: false,
  verbose: true,
  schemas: written,
  code: { source: true, esm: true, lines: true },
});
// Only our own messages read these: what a pattern wants, in words; and what is known but not supported by this version.
ajv.addKeyword('patternHint');
ajv.addKeyword('notYet');
const names = Object.fromEntries(written.map(({ $id }) => [$id.replace('.schema.json', ''), $id]));
const { outputFiles } = await build({
  stdin: { contents: standalone.default(ajv, names), resolveDir: root },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});

const playbook = JSON.parse(read('schemas/playbook.schema.json'));
// As an index signature the place for anchors would make every property's type meaningless.
for (const definition of Object.values(playbook.$defs)) delete definition.patternProperties;
// Without it the compiler writes {}, which would be anything but null.
playbook.$defs.play.properties.vars.tsType = 'Record<string, unknown>';
const types = await compile(playbook, 'WrittenPlaybook', {
  bannerComment: '// Generated from schemas/playbook.schema.json by `npm run generate`; edit the schema instead.',
  style: { singleQuote: true, printWidth: 120 },
  additionalProperties: false,
  cwd: `${root}schemas`,
  unknownAny: true,
});

keep('src/playbook/written-playbook.ts', types, 'committed');
if (!isCheck) keep('src/document/validators.generated.js', outputFiles[0].text, 'ignored');
if (stale.length > 0) {
  process.stderr.write(`stale: ${stale.join(', ')}; run: npm run generate\n`);
  process.exitCode = 1;
}

/** The JSON schema of a type in src/model/, without the marks of branded strings. */
function describeType(file, type) {
  const path = `${root}src/model/${file}.ts`;
  const schema = createGenerator({ path, type, skipTypeCheck: true, topRef: false, sortProps: false }).createSchema(
    type,
  );
  const { definitions = {}, $schema: _draft, ...top } = schema;
  const text = JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${file}.schema.json`,
    title: `tapbook ${file}`,
    ...top,
    $defs: Object.fromEntries(Object.entries(definitions).filter(([name]) => !name.startsWith('Branded<'))),
  });
  const plain = text
    .replace(/"\$ref":"#\/definitions\/Branded[^"]*"/g, '"type":"string"')
    .replaceAll('#/definitions/', '#/$defs/');
  return `${JSON.stringify(JSON.parse(plain), undefined, 2)}\n`;
}

function keep(path, text, kind) {
  let before = '';
  try {
    before = read(path);
  } catch {
    // It is not there yet.
  }
  if (before === text) return;
  if (isCheck && kind === 'committed') stale.push(path);
  else writeFileSync(`${root}${path}`, text);
}
