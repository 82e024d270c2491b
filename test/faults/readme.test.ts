import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Cell, faults, stages } from './matrix.ts';

/** `test/README.md` is made of the same data that the matrix is run by; `vitest -u` writes it anew. */
test('the README of the tests shows the matrix', async () => {
  await expect(readme()).toMatchFileSnapshot('../README.md');
});

test('what it points to is there', () => {
  const cells = faults.flatMap(({ cells: own }) => Object.values(own));
  const files = new Set(cells.flatMap(cell => ('file' in cell ? [cell.file] : [])));
  expect([...files].filter(file => !existsSync(file))).toEqual([]);
});

function readme(): string {
  const cells = faults.flatMap(({ cells: own }) => stages.map(stage => own[stage]));
  const count = (kind: Cell['kind']): number => cells.filter(cell => cell.kind === kind).length;
  const notes = [...new Set(cells.flatMap(cell => (cell.kind === 'none' ? [cell.why] : [])))];
  const files = [...new Set(cells.flatMap(cell => ('file' in cell ? [cell.file] : [])))];
  const say = (cell: Cell): string => {
    switch (cell.kind) {
      case 'fleet':
        return cell.exit === 'killed' ? '✓' : `✓ ${cell.exit === 'any' ? '0, 4' : cell.exit}`;
      case 'lab':
      case 'elsewhere':
        return `→ ${files.indexOf(cell.file) + 1}`;
      case 'none':
        return `– ${String.fromCharCode(97 + notes.indexOf(cell.why))}`;
      default:
        return cell satisfies never;
    }
  };
  const rows = faults.map(
    ({ name, cells: own }) => `| ${[name, ...stages.map(stage => say(own[stage]))].join(' | ')} |`,
  );
  return `# Tests

\`test/\` mirrors \`src/\`. How they are run stands in the README above and in \`src/README.md\`.

## Faults

What goes wrong, and at which stage of an apply. Each cell is run by the bundled program against real sshds
(\`test/faults/fault-matrix.test.ts\`): it ends within its limit, with this exit code, the other host is not affected
(but stopped in order where one has gone silent right after its load, as a kernel that panics does), and after the lease nothing of ours is on any host, looked at from outside.

✓ N: run, and its exit code (none for a program that was killed). → N: in another file. –: makes no sense; why stands below.
${count('fleet')} cells on the loopback fleet, ${count('lab')} in the lab, ${count('elsewhere')} in other tests; ${count('none')} make no sense.

| fault | ${stages.join(' | ')} |
| ----- | ${stages.map(stage => '-'.repeat(stage.length)).join(' | ')} |
${rows.join('\n')}

In other files:

${files.map((file, index) => `${index + 1}. \`${file}\``).join('\n')}

Why a cell makes no sense:

${notes.map((note, index) => `- ${String.fromCharCode(97 + index)}: ${note}`).join('\n')}

## A soak

\`npm run soak\` applies 200 times in a row to the loopback fleet and compares files, processes, memory and handles;
\`test/faults/soak.test.ts\` does so 14 times.

## Texts of others

\`npm run fuzz\` reads made-up texts with every reader of what hosts print or other people write (\`test/fuzz/readers/\`): examples of this
repository with changed characters, words, numbers and lines, one in eight made as long as 1 MB. Each has to end with a value or a
refusal, within 5 s of CPU and 300 MB for 1 MB of text. It reads in processes of its own, so that one without an end, or without a limit to its memory, is
found and not the end of it.

    npm run fuzz -- --minutes 10 --seed 7 --jobs 2
    npm run fuzz -- --only inventory --minutes 1

What it finds, each kind once, is a file in \`fuzz-findings/\` that says how to repeat it, and one with the text. For each reader the table at its
end tells how many times as long it took where a text was four times as long: more than about 5 is more than in proportion.
\`test/fuzz/fuzz.test.ts\` reads the same few short texts each time. What is mended gets a test beside the others of its reader.
`;
}
