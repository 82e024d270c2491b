// biome-ignore-all lint/performance/useDomNodeTextContent: what is looked at is what a reader sees, which is innerText.
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepRun } from '../support/kept-runs.ts';
import { hostileText, pageRun } from '../support/page-run.ts';
import { hosts, plan, runId, skipped, unreachable } from '../support/sample-run.ts';
import { runTapbook } from '../support/tapbook.ts';

/** The page as a reader has it: the bundled program makes it, a real browser opens it. */
let folder = '';
let browser: Browser;
const names300 = Array.from({ length: 300 }, (_, index) => `db${String(index + 1).padStart(3, '0')}`);
const manyId = '20261123T004105Z-300300';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-report-'));
  const state = join(folder, 'state', 'tapbook');
  await keepRun(state, runId, pageRun(plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable] })));
  await keepRun(state, manyId, pageRun(plan(hosts(...names300))));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

function tapbook(...args: string[]): ReturnType<typeof runTapbook> {
  return runTapbook(args, { env: { XDG_STATE_HOME: join(folder, 'state') } });
}

async function makePage(run: string): Promise<string> {
  const { code, stdout, stderr } = await tapbook('report', run);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trim();
}

/** A page that has complained of nothing and asked for nothing but itself. */
async function open(
  file: string,
  options: { readonly width?: number; readonly dark?: 'dark' } = {},
): Promise<Page & AsyncDisposable> {
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.dark ?? 'light',
  });
  const troubles: string[] = [];
  page.on('console', message => troubles.push(`console: ${message.text()}`));
  page.on('pageerror', error => troubles.push(`error: ${error.message}`));
  page.on('request', request => troubles.push(`request: ${request.url()}`));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  expect(troubles).toEqual([`request: ${url}`]);
  return Object.assign(page, { [Symbol.asyncDispose]: () => page.close() });
}

/** Which texts, in which colours, have a contrast below 4.5 (WCAG 2, 1.4.3). Folded parts are opened. */
const textsOfLowContrast = `(() => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
  const parse = colour => {
    const parts = colour.match(/[\\d.]+/g).map(Number);
    return parts[3] === 0 ? undefined : parts.slice(0, 3);
  };
  const linear = part => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const ground = element =>
    parse(getComputedStyle(element).backgroundColor) ?? (element.parentElement === null ? [255, 255, 255] : ground(element.parentElement));
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || element.closest('script, style, .unseen') !== null) continue;
    const colours = [parse(getComputedStyle(element).color), ground(element)];
    const [dark, bright] = colours.map(light).toSorted((left, right) => left - right);
    if ((bright + 0.05) / (dark + 0.05) < 4.5) found.add(element.tagName + ' ' + colours.join(' on '));
  }
  return [...found];
})()`;

describe('the page', () => {
  test('is a file of its owner in the directory of the run', async () => {
    const file = await makePage('last');
    expect(file).toBe(join(folder, 'state', 'tapbook', 'runs', manyId, 'report.html'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(file)).size).toBeLessThan(10_000_000);
  });

  test('names nothing outside of itself', async () => {
    const text = await readFile(await makePage(runId), 'utf8');
    expect(text.match(/(?:src|href)="(?!#)[^"]*"/g)).toBeNull();
    expect(text).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;`);
  });

  test('says what was, first what is not well', async () => {
    await using page = await open(await makePage(runId));
    expect(await page.locator('h1').innerText()).toBe('playbooks/io.yml');
    expect(await page.locator('.state').innerText()).toMatchInlineSnapshot(`"1 host failed (exit 2)"`);
    expect(await page.locator('h2').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "What is not well",
        "Across the fleet",
        "Over time",
        "Histograms",
        "Hosts",
        "Timeline",
        "Scripts",
        "Plan and builds",
        "Output",
        "Provenance",
      ]
    `);
    expect(await page.locator('.failure').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "unreachable db9 at connect

      connection refused by 192.0.2.9:22

      Cure: start sshd there",
        "failed db3 at load

      the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists

      Cure: tapbook clean

      What was said there",
        "skipped web1

      its kernel 5.10.0-9-amd64 matches no entry of kernels",
      ]
    `);
    expect(await page.locator('#hosts-table tbody tr').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "db9	unreachable			at connect: connection refused by 192.0.2.9:22",
        "db3	failed	6.1.0-13-cloud-amd64/x86_64		at load: the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists",
        "db1	ok	6.1.0-13-cloud-amd64/x86_64	30	",
        "db2	ok	6.1.0-13-cloud-amd64/x86_64	30	",
        "web1	skipped			its kernel 5.10.0-9-amd64 matches no entry of kernels",
      ]
    `);
    expect(await page.locator('#tables table').first().innerText()).toMatchInlineSnapshot(`
      "ioread_top5 total 22 records from 2 hosts · Who reads most on the databases
      execname	hosts	count	bytes
      <script>window.pwned = 1</script>"><img src=x onerror="window.pwned=2"></pre>	2	6000	8
      systemd	2	1354	2079744
      postgres	2	1150	588800
      journald	2	1116	1714176
      python3	2	1014	1038336
      rsync	2	912	466944
      bash	2	810	1244160
      cron	2	708	724992
      node_exporter	2	606	310272
      sshd	2	402	411648
      1 other	2	368	188416"
    `);
    expect(await page.locator('.histogram').first().innerText()).toMatchInlineSnapshot(`
      "read sizes ioread_top5 total from 2 hosts
      162 values · p50 8 to 15 · p90 16 to 31 · p99 32 to 63
      value	
      share
      	count
      1	
      	0
      2	
      	0
      4	
      	28
      8	
      	88
      16	
      	36
      32	
      	10
      64	
      	0
      128	
      	0

      Each row counts values from its own up to the next. Incomplete: db[3,9] did not run it to the end, or some output is missing."
    `);
  });

  test('answers first, shows who does what on which host, what was run, and how it is run again', async () => {
    await using page = await open(await makePage(runId));
    expect(await page.locator('.answers li').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "ioread_top5 total: <script>window.pwned = 1</script>"><img src=x onerror="window.pwned=2"></pre> has the greatest count, 6000, 42 % of all, on 2 of 2 hosts. Next: systemd, 1354.",
        "read sizes of ioread_top5: half of all are at most 15, 99 in 100 at most 63.",
      ]
    `);
    expect(await page.locator('.percentiles').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "162 values · p50 8 to 15 · p90 16 to 31 · p99 32 to 63",
      ]
    `);
    expect(await page.locator('.matrix').innerText()).toMatchInlineSnapshot(`
      "count by host and execname · ioread_top5 total. The stronger the colour, the more; empty: none.
      host
      	
      <script>window.pwned = 1</script>"><img src=x onerror="window.pwned=2"></pre>
      	
      systemd
      	
      postgres
      	
      journald
      	
      python3
      	
      rsync
      	
      bash
      	
      cron
      	
      node_exporter
      	
      sshd
      	
      curl

      db2	3000	802	650	408	757	256	605	104	453	301	59
      db1	3000	552	500	708	257	656	205	604	153	101	309"
    `);
    await page.locator('.matrix a', { hasText: 'db2' }).click();
    await page.locator('#output-2').waitFor({ state: 'visible' });
    expect(await page.locator('#output details').nth(1).getAttribute('open')).toBe('');
    await page.locator('#scripts summary').click();
    expect(await page.locator('#scripts').innerText()).toMatchInlineSnapshot(`
      "Scripts
      ioread_top5
      Runs
      for 30s on 3 hosts
      interval
      5
      scripts/ioread_top5.stp 1 line
      probe begin { exit() }
      "
    `);
    expect(await page.locator('#provenance div', { hasText: 'Again' }).innerText()).toMatchInlineSnapshot(`
      "Again
      tapbook apply playbooks/io.yml -i inventories/fleet from the folder where it was begun."
    `);
  });

  test('shows what hosts print, and never obeys it', async () => {
    await using page = await open(await makePage(runId));
    expect(await page.locator('#output pre').first().textContent()).toContain(`\n${hostileText}\n`);
    expect(await page.locator('#tables td', { hasText: '<script>' }).first().innerText()).toBe(hostileText);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
  });

  test('draws charts, whose numbers stand below', async () => {
    await using page = await open(await makePage(runId));
    const inked = await page.evaluate(`[...document.querySelectorAll('#series canvas')].map(canvas =>
      canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0))`);
    expect(inked).toEqual([true, true]);
    expect(await page.locator('#series figcaption').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "count by execname ioread_top5 interval, summed over 2s and all hosts · Who reads most on the databases",
        "bytes by execname ioread_top5 interval, summed over 2s and all hosts · Who reads most on the databases",
      ]
    `);
    const first = page.locator('#series figure').first();
    expect(await first.locator('.legend li').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "systemd",
        "journald",
        "postgres",
        "python3",
        "rsync",
        "bash",
        "cron",
        "3 others",
        "log scale",
      ]
    `);
    await first.locator('summary').click();
    // Ten of the canary, then ten of the other host.
    expect(await first.locator('tbody tr').count()).toBe(20);
  });

  test('is used with a keyboard', async () => {
    await using page = await open(await makePage(manyId));
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.locator('#hosts-table thead button').first().focus();
    const first = page.locator('#hosts-table tbody th').first();
    await page.keyboard.press('Enter');
    expect(await page.locator('#hosts-table thead th').first().getAttribute('aria-sort')).toBe('ascending');
    expect(await first.innerText()).toBe('db001');
    await page.keyboard.press('Enter');
    expect(await page.locator('#hosts-table thead th').first().getAttribute('aria-sort')).toBe('descending');
    expect(await first.innerText()).toBe('db300');
    await page.getByLabel('Show hosts with').fill('db01 failed');
    expect(await page.locator('#hosts-table tbody tr:visible').count()).toBe(1);
    expect(await page.locator('#hosts-table-shown').innerText()).toBe('1 of 300');
    const toggle = page.locator('.legend button').first();
    await toggle.focus();
    await page.keyboard.press('Space');
    expect(await toggle.getAttribute('aria-pressed')).toBe('false');
    const scale = page.getByRole('button', { name: 'log scale' }).first();
    await scale.focus();
    const picture = (): Promise<unknown> => page.evaluate(`document.querySelector('#series canvas').toDataURL()`);
    const before = await picture();
    await page.keyboard.press('Enter');
    expect(await scale.getAttribute('aria-pressed')).toBe('true');
    expect(await picture()).not.toBe(before);
  });

  test.each([360, 390, 1280])('is no wider than a screen of %i, and has all columns on it', async width => {
    await using page = await open(await makePage(manyId), { width });
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    const cut = await page.evaluate(`[...document.querySelectorAll('.scroll')]
      .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.getAttribute('aria-label'))`);
    expect(cut).toEqual([]);
  });

  test('is dark where the reader wants it so, prints, and does without its script', async () => {
    const file = await makePage(runId);
    const ground = (page: Page): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await using light = await open(file);
    await using dark = await open(file, { dark: 'dark' });
    expect([await ground(light), await ground(dark)]).toEqual(['rgb(255, 255, 255)', 'rgb(18, 22, 27)']);
    for (const page of [light, dark]) expect(await page.evaluate(textsOfLowContrast)).toEqual([]);
    expect((await light.pdf()).length).toBeGreaterThan(20_000);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(pathToFileURL(file).href);
    expect(await plain.locator('#hosts-table tbody tr').count()).toBe(5);
    await context.close();
  });
});

describe('tapbook report', () => {
  test('writes elsewhere, or to standard output', async () => {
    const out = join(folder, 'page.html');
    expect(await tapbook('report', runId, '--out', out)).toEqual({ code: 0, stdout: `${out}\n`, stderr: '' });
    const printed = await tapbook('report', runId, '--out', '-');
    expect(printed.stdout).toBe(await readFile(out, 'utf8'));
  });

  test('says what it cannot do', async () => {
    const none = await tapbook('report', runId, '--out', join(folder, 'no', 'such', 'page.html'));
    expect([none.code, none.stderr.replaceAll(folder, '/home/me')]).toMatchInlineSnapshot(`
      [
        3,
        "error unwritable-file: /home/me/no/such/page.html cannot be written: ENOENT: no such file or directory; name another file with --out, or print it with --out -
      ",
      ]
    `);
    const unknown = await tapbook('report', '2025');
    expect([unknown.code, unknown.stderr]).toMatchInlineSnapshot(`
      [
        3,
        "error no-such-run: no run "2025"; \`tapbook runs\` lists them
      ",
      ]
    `);
  });

  test('opens it by what the desktop has for that', async () => {
    const opener = join(folder, 'xdg-open');
    await writeFile(opener, `#!/bin/sh\nprintf '%s\\n' "$@" >${folder}/opened\n`, { mode: 0o755 });
    const env = { XDG_STATE_HOME: join(folder, 'state'), PATH: `${folder}:${process.env['PATH']}` };
    const opened = await runTapbook(['report', runId, '--open'], { env });
    expect(await readFile(join(folder, 'opened'), 'utf8')).toBe(opened.stdout);
    // The page is there all the same.
    await writeFile(opener, '#!/bin/sh\nexit 3\n');
    const refused = await runTapbook(['report', runId, '--open'], { env });
    expect([refused.code, refused.stderr.replaceAll(folder, '/home/me')]).toMatchInlineSnapshot(`
      [
        0,
        "warning no-browser: no browser could be opened: xdg-open ends with code 3; open the page yourself
      ",
      ]
    `);
  });

  test('a run that was cut short, and a line of it that is none, have a page that says so', async () => {
    const cut = '20261122T004105Z-0c0c0c';
    const events = pageRun(plan(hosts('db1', 'db2')));
    const path = await keepRun(join(folder, 'state', 'tapbook'), cut, events.slice(0, events.length / 2));
    await appendFile(join(path, 'events.ndjson'), '{"kind":"record","time":3}\n{"kind":"host-fini');
    await using page = await open(await makePage(cut));
    expect(await page.locator('header').innerText()).toMatchInlineSnapshot(`
      "tapbook apply 20261122T004105Z-0c0c0c

      playbooks/io.yml

      it was cut short before it could say how it ended

      2026-11-23 00:41:05 UTC

      ioread_top5 total: <script>window.pwned = 1</script>"><img src=x onerror="window.pwned=2"></pre> has the greatest count, 3000, 43 % of all, on 1 of 1 host. Next: journald, 708.

      Not all of this run can be told: 2 lines of events.ndjson cannot be read"
    `);
    expect(await page.locator('#hosts-table tbody tr').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "db1	unknown	6.1.0-13-cloud-amd64/x86_64		no event says how it ended here",
        "db2	unknown	6.1.0-13-cloud-amd64/x86_64		no event says how it ended here",
      ]
    `);
  });
});

describe('tapbook show --format', () => {
  test('prints the tables of a run, in another order, of one host only', async () => {
    const table = await tapbook('show', runId, '--format', 'table');
    expect(table.stdout).toMatchInlineSnapshot(`
      "TABLE [ioread_top5 total] 22 records from 2 hosts
      execname                                                   hosts  count    bytes
      <script>window.pwned = 1</script>"><img src=x onerror="w…      2   6000        8
      systemd                                                        2   1354  2079744
      postgres                                                       2   1150   588800
      journald                                                       2   1116  1714176
      python3                                                        2   1014  1038336
      rsync                                                          2    912   466944
      bash                                                           2    810  1244160
      cron                                                           2    708   724992
      node_exporter                                                  2    606   310272
      sshd                                                           2    402   411648
      (1 other)                                                      2    368   188416
      incomplete: db[3,9] did not run it to the end, or some output is missing

      HISTOGRAM [ioread_top5 total] read sizes from 2 hosts
      value |-------------------------------------------------- count
          1 |                                                    0
          2 |                                                    0
          4 |@@@@@@@@@@@@@@                                     28
          8 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@       88
         16 |@@@@@@@@@@@@@@@@@@                                 36
         32 |@@@@@                                              10
         64 |                                                    0
        128 |                                                    0
      incomplete: db[3,9] did not run it to the end, or some output is missing
      "
    `);
    const sorted = await tapbook('show', runId, '--host', 'db2', '--sort', 'execname', '--top', '2');
    expect(sorted.stdout).toMatchInlineSnapshot(`
      "TABLE [ioread_top5 total] 11 records from 1 host
      execname                                                   hosts  count    bytes
      <script>window.pwned = 1</script>"><img src=x onerror="w…      1   3000        4
      bash                                                           1    605   929280
      (9 others)                                                     1   3790  3774464

      HISTOGRAM [ioread_top5 total] read sizes from 1 host
      value |-------------------------------------------------- count
          1 |                                                    0
          2 |                                                    0
          4 |@@@@@@@@@@@@@@                                     14
          8 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@       44
         16 |@@@@@@@@@@@@@@@@@@                                 18
         32 |@@@@@                                               5
         64 |                                                    0
        128 |                                                    0
      "
    `);
    const wrong = await tapbook('show', runId, '--sort', 'byte');
    expect([wrong.code, wrong.stderr]).toMatchInlineSnapshot(`
      [
        5,
        "error unknown-column: no table has a column "byte"; did you mean "bytes"?
      ",
      ]
    `);
  });

  test('prints its records', async () => {
    const { stdout } = await tapbook('show', runId, '--format', 'csv');
    const rows = stdout.trimEnd().split('\r\n');
    expect(rows.slice(0, 3)).toMatchInlineSnapshot(`
      [
        "host,section,sample,pid,execname,count,bytes",
        "db1,interval,1,1000,postgres,50,25600",
        "db1,interval,1,1001,sshd,13,13312",
      ]
    `);
    // Two hosts, ten programs in ten samples and once in all, and the hostile one.
    expect(rows.length).toBe(1 + 2 * (10 * 10 + 10 + 1));
    const one = await tapbook('show', runId, '--host', 'db2', '--format', 'csv');
    expect(one.stdout.trimEnd().split('\r\n').length).toBe(1 + 10 * 10 + 10 + 1);
  });
});
