import { describe, expect, test } from 'vitest';
import { loadPlay, refusal } from './rig.ts';

const play = (body: string) => `- hosts: db
  scripts:
    - name: a
      inline: probe begin { exit() }
      until_exit: true
${body.replace(/^/gm, '      ')}
`;
const script = async (body: string) => (await loadPlay(play(body))).scripts[0];
const wrong = (body: string) => refusal({ 'p.yml': play(body) });

describe('output', () => {
  test('says how lines are read', async () => {
    const read = await script(`output:
  separator: "---"
  columns: [pid: integer, execname, bytes: number]
  sections: { interval: "**********", total: "END:**********" }
  skip: ["#"]
  histograms: last
  file: x.txt
aggregate: { section: total, by: [host, execname], sum: [bytes], sort: "bytes:asc", top: 5 }`);
    expect(read?.format).toEqual({
      separator: '---',
      columns: [
        { name: 'pid', type: 'integer' },
        { name: 'execname', type: 'text' },
        { name: 'bytes', type: 'number' },
      ],
      sections: [
        { name: 'interval', begin: '**********' },
        { name: 'total', begin: 'END:**********' },
      ],
      skip: ['#'],
      histograms: 'last',
    });
    expect(read?.aggregate).toEqual({
      section: 'total',
      by: ['host', 'execname'],
      sum: ['bytes'],
      min: [],
      max: [],
      avg: [],
      count: false,
      sort: { column: 'bytes', direction: 'ascending' },
      top: 5,
      maxGroups: 10_000,
    });
    expect(read?.outputFile?.value).toBe('x.txt');
  });

  test('says which lines name histograms', async () => {
    const titled = await script('output: { histograms: { title: " Latency of {} (* " } }');
    expect(titled?.format).toMatchObject({ histograms: 'add', histogramTitle: 'Latency of {} (*' });
    const last = await script('output: { histograms: { samples: last } }');
    expect(last?.format).toEqual({ columns: [], sections: [], skip: [], histograms: 'last' });
    expect(await wrong('output: { histograms: { title: " ", sample: last } }')).toMatchInlineSnapshot(`
      "6:38-41 [" "] malformed: title: " " is not the title of anything: it is blank; for example: "Latency of {} (min/avg/max: *)"
      6:43-49 [sample] unknown-key: "sample" is no key of histograms; did you mean "samples"?"
    `);
    expect(await wrong('output: { histograms: latest }')).toMatchInlineSnapshot(
      `"6:29-35 [latest] unknown-value: histograms cannot be "latest"; did you mean "last"?"`,
    );
  });

  test('that only names a file says nothing of lines; without anything measured, records are counted', async () => {
    expect(await script('output: { file: x.txt }')).not.toHaveProperty('format');
    const counting = await script('output: { columns: [a], separator: whitespace }\naggregate: { by: [a] }');
    expect(counting?.format).not.toHaveProperty('separator');
    expect(counting?.format).toMatchObject({ histograms: 'add', skip: [], sections: [] });
    expect(counting?.aggregate).toMatchObject({ by: ['a'], count: true });
    expect(counting).not.toHaveProperty('output');
  });

  test.each([
    ['20MB', 20_000_000],
    ['1kB', 1000],
    ['1TB', 1e12],
    ['1.5GiB', 1_610_612_736],
    [4096, 4096],
  ])('says how much of it is kept: %s', async (size, bytes) => {
    const read = await script(`output: { max_file: ${size} }`);
    expect(read?.maxFileBytes).toBe(bytes);
    expect(read).not.toHaveProperty('format');
  });

  test.each([
    ['0', '6:27-28 [0] out-of-range: max_file is 0, it has to be from 1kB to 1TB; for example: 20MB'],
    ['1B', '6:27-29 [1B] out-of-range: max_file is 1B, it has to be from 1kB to 1TB; for example: 20MB'],
    ['999', '6:27-30 [999] out-of-range: max_file is 999, it has to be from 1kB to 1TB; for example: 20MB'],
    ['2TB', '6:27-30 [2TB] out-of-range: max_file is 2TB, it has to be from 1kB to 1TB; for example: 20MB'],
    ['10PB', '6:27-31 [10PB] malformed: max_file: "10PB" is not a size such as 50MB or 2GiB; for example: 50MB'],
    ['20 MB', '6:27-32 [20 MB] malformed: max_file: "20 MB" is not a size such as 50MB or 2GiB; for example: 50MB'],
    ['-1', '6:27-29 [-1] out-of-range: max_file is -1, the least is 0; for example: 50MB'],
    ['1.5', '6:27-30 [1.5] wrong-type: max_file is the number 1.5, not a whole number or a text; for example: 50MB'],
    [
      '"{{ size }}"',
      '6:27-39 ["{{ size }}"] template-not-here: a template cannot stand in max_file; templates are filled in within vars, args, globals, target_process and output.file',
    ],
    ['[1MB]', '6:27-32 [[1MB]] wrong-type: max_file is a list, not a whole number or a text; for example: 50MB'],
    ['~', '6:27-28 [~] wrong-type: max_file is empty, not a whole number or a text; for example: 50MB'],
  ])('and refuses %s, where it stands', async (size, finding) => {
    expect(await wrong(`output: { max_file: ${size} }`)).toBe(finding);
  });

  test('what is wrong in it, each at its place', async () => {
    expect(
      await wrong(`output:
  separator: " "
  columns: [pid: integer, pid: text, host, { a: text, b: text }, c: long, 5, d-e: text, "{{ x }}"]
  sections: { a: X, b: X, c: "" }
  histograms: sum
  max_file: 10MB
  files: 5`),
    ).toMatchInlineSnapshot(`
      "7:20-23 [" "] blank-separator: blanks at the ends of a field do not count, so that they cannot separate fields; write separator: whitespace
      8:50-70 [{ a: text, b: text }] out-of-range: columns[3] has too many keys, the most is 1; for example: {"pid":"integer"}
      8:75-79 [long] unknown-value: c cannot be "long"; write text or integer or number
      8:81-82 [5] wrong-type: columns[5] is the number 5, not a mapping or a text; quote it: "5"
      8:84-87 [d-e] invalid-key: "d-e" is not a column's name: letters, digits and _
      8:95-104 ["{{ x }}"] template-not-here: a template cannot stand in columns[7]; templates are filled in within vars, args, globals, target_process and output.file
      9:30-31 [X] duplicate-section: the sections "a" and "b" begin with the same line; let the script print another line before each (9:24 the first is here)
      9:36-38 [""] malformed: c: "" is not a line with something in it
      10:21-24 [sum] unknown-value: histograms cannot be "sum"; write add or last or ignore
      12:9-14 [files] not-supported: files is not supported by this version; take it away"
    `);
    expect(
      await wrong(`output:
  separator: " "
  columns: [pid: integer, pid: text, host, script: text]
  sections: { a: X, b: "X " }`),
    ).toMatchInlineSnapshot(`
      "7:20-23 [" "] blank-separator: blanks at the ends of a field do not count, so that they cannot separate fields; write separator: whitespace
      8:33-36 [pid] duplicate-column: a second column is named "pid"; give each its own name (8:19 the first is here)
      8:44-48 [host] duplicate-column: a column cannot be named "host"; each record has its host, script, section and sample anyway: take another name
      8:50-56 [script] duplicate-column: a column cannot be named "script"; each record has its host, script, section and sample anyway: take another name
      9:30-34 ["X "] duplicate-section: the sections "a" and "b" begin with the same line; let the script print another line before each (9:24 the first is here)"
    `);
    expect(await wrong('output: {}')).toMatchInlineSnapshot(
      `"6:15-17 [{}] empty: output is empty; for example: {"file":"{{ inventory_hostname }}.txt"}"`,
    );
    expect(await wrong('output: { columns: { pid: integer } }')).toMatchInlineSnapshot(
      `"6:28-31 [pid] wrong-type: columns is a mapping, not a list; begin each entry with "- ""`,
    );
    expect(await wrong('output: { columns: [] }')).toMatchInlineSnapshot(
      `"6:26-28 [[]] empty: columns is empty; for example: [{"pid":"integer"},{"execname":"text"},{"bytes":"integer"}]"`,
    );
    expect(await wrong('output: { columns: [pid], skip: ["{{ x }}"] }')).toMatchInlineSnapshot(
      `"6:41-43 [{{] template-not-here: a template cannot stand in skip; templates are filled in within vars, args, globals, target_process and output.file"`,
    );
  });
});

describe('aggregate', () => {
  const output = 'output: { columns: [pid: integer, name: text, bytes: integer], sections: { each: X, total: Y } }\n';

  test('what is wrong in it, each at its place', async () => {
    expect(await wrong('aggregate: { by: [a] }')).toMatchInlineSnapshot(
      `"6:7-16 [aggregate] no-columns: there are no records to aggregate; say what a line holds, as in output: { columns: [pid: integer, execname: text, bytes: integer] }"`,
    );
    expect(
      await wrong(`${output}aggregate:
  by: [nmae]
  sum: [name, byts]
  sort: x`),
    ).toMatchInlineSnapshot(`
      "7:7-16 [aggregate] which-section: aggregate does not say which section it is of: each or total; write section: total; added up together, records count twice
      8:14-18 [nmae] unknown-column: the output has no column "nmae"; did you mean "name"?
      9:15-19 [name] not-a-number: column "name" is text, of which there is no sum; write name: integer in output.columns if it is one
      9:21-25 [byts] unknown-column: the output has no column "byts"; did you mean "bytes"?"
    `);
    expect(
      await wrong(`${output}aggregate: { section: totl, by: [name], sum: [bytes], sort: byte }`),
    ).toMatchInlineSnapshot(
      `"7:29-33 [totl] unknown-section: the output has no section "totl"; did you mean "total"?"`,
    );
    expect(await wrong(`${output}aggregate: { section: total, by: [bytes], sum: [bytes] }`)).toMatchInlineSnapshot(
      `"7:7-16 [aggregate] duplicate-column: two columns of the table would be named "bytes"; by and sum leave a column its name, so it stands in one of them; min, max and avg give it another"`,
    );
    expect(await wrong(`${output}aggregate: { section: total, sum: [bytes], sort: byte }`)).toMatchInlineSnapshot(
      `"7:56-60 [byte] unknown-column: the table has no column "byte"; did you mean "bytes"?"`,
    );
    expect(
      await wrong(`${output}aggregate: { section: total, count: 5, top: 0, sort: "a b", mean: [bytes] }`),
    ).toMatchInlineSnapshot(`
      "7:43-44 [5] wrong-type: count is the number 5, not true or false; for example: true
      7:51-52 [0] out-of-range: top is 0, the least is 1; for example: 10
      7:60-65 ["a b"] malformed: sort: "a b" is not a column of the table, such as bytes, bytes:desc or execname:asc; for example: "bytes:desc"
      7:67-71 [mean] unknown-key: "mean" is no key of aggregate; known here: section, by, sum, min, max, avg, count, sort, top, max_groups"
    `);
  });
});
