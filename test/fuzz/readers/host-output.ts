import { bytesInMemory } from '../../../src/elf/byte-source.ts';
import { readBinaryProbes } from '../../../src/elf/read-binary-probes.ts';
import { readModinfo } from '../../../src/elf/read-modinfo.ts';
import { readSignature } from '../../../src/elf/read-signature.ts';
import { concludeRun } from '../../../src/engine/supervisor/conclude-run.ts';
import type { Supervision } from '../../../src/engine/supervisor/supervision.ts';
import { newReport, readLogLine } from '../../../src/engine/supervisor/supervisor-report.ts';
import { parseBuildHostFacts } from '../../../src/facts/parse-build-host-facts.ts';
import { parseTargetFacts } from '../../../src/facts/parse-target-facts.ts';
import { parsePackageOffers } from '../../../src/facts/probe-packages.ts';
import { probePreconditions } from '../../../src/facts/probe-preconditions.ts';
import type { Become, SshConnection } from '../../../src/model/host.ts';
import type { KernelRelease, Machine, ModuleName } from '../../../src/model/ids.ts';
import type { BuildId } from '../../../src/model/plan.ts';
import { ok } from '../../../src/model/result.ts';
import { readBuildReport } from '../../../src/module/build/build-report.ts';
import { explainCanary } from '../../../src/module/build/canary.ts';
import type { Artifact } from '../../../src/module/cache/module-cache.ts';
import { diagnoseStapMessages } from '../../../src/module/stap/diagnose-stap-messages.ts';
import { explainStap } from '../../../src/module/stap/explain-stap.ts';
import { readStapVersion } from '../../../src/module/stap/read-stap-version.ts';
import { splitLines } from '../../../src/process/lines.ts';
import { formatDiagnostics } from '../../../src/report/texts/diagnostics.ts';
import { explainBecome } from '../../../src/transport/become/explain-become.ts';
import { explainLoss } from '../../../src/transport/openssh/explain/explain-loss.ts';
import { explainSsh } from '../../../src/transport/openssh/explain/explain-ssh.ts';
import * as sshLog from '../../../src/transport/openssh/explain/parse-ssh-log.ts';
import type { Connection } from '../../../src/transport/transport.ts';
import { type ElfForm, elfFile, elfNote, elfSymbols, sdtNote } from '../../support/elf-file.ts';
import { elfModule } from '../../support/elf-module.ts';
import type { Reader } from '../reader.ts';
import { filesOf, once } from './examples.ts';

const nonce = 'NONCE';
const never = new AbortController().signal;

/** What hosts print that is not the output of scripts, and what is said of it. */
export const hostOutput: readonly Reader[] = [
  {
    name: 'target-probe',
    examples: once(() => filesOf('test/facts/output', 'target.txt')),
    read: text => parseTargetFacts(text, { nonce, sentAtMs: 1_795_400_069_000, receivedAtMs: 1_795_400_072_000 }),
  },
  {
    name: 'build-host-probe',
    examples: once(() => [
      ...filesOf('test/facts/output', 'builder.txt'),
      '\nNONCE begin\nrelease=6.1\nmachine=x86_64\nversion=#1\nuid=0\nbinary.real=0 /opt/b\nbinary=0 present ab12\nbinary=1 missing -\nNONCE end\n',
    ]),
    read: text => parseBuildHostFacts(text, nonce, ['/opt/a', '/opt/c']),
  },
  {
    name: 'package-probe',
    examples: () => [
      `\nNONCE begin\nmanager=apt\nindex=filled\noffer=linux-headers-6.1.0-9 6.1.27-1\nsibling=linux-headers-6.1.0-10\nNONCE end\n`,
    ],
    read: text => parsePackageOffers(text, nonce),
  },
  {
    name: 'preconditions-probe',
    examples: () => ['NONCE package 0\nNONCE command 0 1 it is not there\nNONCE no-manager\nNONCE end\n'],
    read: text =>
      probePreconditions(
        answering(asked => text.replaceAll(nonce, asked)),
        { packages: ['bash'], commands: [{ value: 'false' }] },
        { signal: never, limitMs: 10_000 },
      ),
  },
  {
    name: 'supervisor',
    examples: () => [
      "NONCE folder /tmp/tapbook-1.ab\nNONCE unchecked sha256\nNONCE ready BOOT\nstaprun:main:1 execing: stapio\nNONCE loaded\nNONCE target 12 nginx\nstapio:stp_main_loop:666 systemtap_module_init() returned 0\nWARNING: Number of errors: 3, skipped probes: 2\nWARNING: Skipped due to global 'x' lock timeout: 2\nWARNING: There were 7 transport failures.\nNONCE stopping load 523\nNONCE traced 1200\nNONCE ended 0 12 none removed\n",
      'NONCE folder /tmp/x\nNONCE refused space 12 40\nNONCE ended 0 0 none removed\n',
      "NONCE ready BOOT\nERROR: Couldn't insert module './x.ko': Unknown symbol in module\nNONCE harder KILL\nNONCE stuck it is busy\nNONCE kept rm: no\nNONCE ended 1 0 loaded left\n",
      "NONCE ready BOOT\nERROR: read fault [man error::fault] at 0x0000 near identifier '$x' at a.stp:1:2\nWARNING: Missing unwind data for a module, rerun with 'stap -d libc.so'\nNONCE ended 1 3 none removed\n",
    ],
    read: readSupervisor,
  },
  {
    name: 'build',
    examples: () => ['In file included from x\nNONCE limit\nNONCE exit 0\nNONCE module 123\nNONCE failed no space\n'],
    read: text => readBuildReport(chunks(Buffer.from(text)), nonce, { all: 1_000_000, line: 16_000 }),
  },
  {
    name: 'stap-log',
    examples: () => stapLogs,
    read(text) {
      explainStap(text, '6.1.0-9', ['1', 'x']);
      explainCanary(text, '4.8', '6.1.0-9');
      for (const kernel of [undefined, '6.1.0-9']) {
        const { diagnostics } = diagnoseStapMessages(text, {
          check: {
            source: { path: 'a.stp', text: script },
            place: placeOfScript,
            args: [],
            options: {} as never,
            kernel,
          },
          file: 'a.stp',
          failed: true,
        });
        formatDiagnostics(diagnostics, { colour: 'plain' });
      }
    },
  },
  {
    name: 'module',
    examples: once(() =>
      (['like-x86_64', 'like-i686', 'like-s390x'] as const).map(form =>
        Buffer.concat([
          elfModule(['vermagic=6.1.0-9 SMP mod_unload', 'name=io', 'depends=a,b', 'parm=x:y'], 62, form),
          Buffer.from(
            '\0\0\0\0\0\0\0\0\0\0\x01\0Systemtap translator/driver version 5.1~Module signature appended~\n',
            'latin1',
          ),
        ]).toString('latin1'),
      ),
    ),
    read(text) {
      const bytes = Buffer.from(text, 'latin1');
      readModinfo(bytes);
      readSignature(bytes);
      readStapVersion(bytes);
    },
  },
  {
    name: 'binary',
    examples: once(() => (['like-x86_64', 'like-i686', 'like-s390x'] as const).map(binaryLike)),
    read: text => readBinaryProbes(bytesInMemory(Buffer.from(text, 'latin1'))),
  },
  {
    name: 'ssh-messages',
    examples: () => sshMessages,
    read(text) {
      const connection: SshConnection = { kind: 'ssh', client: 'openssh', address: 'db1', user: 'ops' };
      const talk = sshLog.newSshLog();
      for (const line of text.split('\n')) sshLog.readLogLine(talk, line);
      return [explainSsh(connection, talk, 'ssh'), explainLoss(talk)];
    },
  },
  {
    name: 'become-messages',
    examples: () => [
      'sudo: a password is required',
      'Sorry, user ops is not allowed to execute /bin/sh as root on db1.',
      'su: Authentication failure\n',
      'Sorry, try again.\nsudo: 1 incorrect password attempt\n',
      'doas: Operation not permitted',
      'This account is currently not available.',
    ],
    // So much of it is kept.
    largest: 64 * 1024,
    read(text) {
      for (const method of ['sudo', 'su', 'doas'] as const) {
        for (const kind of ['ended', 'asks', 'asks-again', 'not-begun', 'missing'] as const) {
          const become: Become = { method, user: 'root' };
          explainBecome(become, { kind, said: text, printed: text, question: text });
        }
      }
    },
  },
];

const module = 'io' as ModuleName;

async function readSupervisor(text: string): Promise<void> {
  const options = {
    script: { module, build: 'b' as BuildId, globals: [], limitSeconds: 30, end: 'at-limit' },
    artifact: { module } as Artifact,
    kernel: { release: '6.1.0-9' as KernelRelease, machine: 'x86_64' as Machine },
    leaseSeconds: 60,
    armSeconds: 300,
    watch: { maxLoadPerCpu: 2, stopAtLoadPerCpu: 4.5, stopAtFreeMemoryBytes: 200_000_000 },
    stop: never,
  } as Partial<Supervision> as Supervision;
  const report = newReport(['x=1\n2']);
  const lines = splitLines(chunks(Buffer.from(text)), { maxLineBytes: 64 * 1024 });
  for await (const line of lines) readLogLine(line, nonce, report);
  concludeRun(report, { kind: 'code', code: 1 }, options, undefined);
}

/** A connection whose only answer is this text, with the nonce of who asks. */
function answering(text: (nonce: string) => string): Connection {
  return {
    closed: new Promise(() => undefined),
    async exec(argv) {
      const asked = argv[argv.indexOf('tapbook-preconditions') + 1] ?? '';
      return ok({
        stdout: chunks(Buffer.from(text(asked))),
        stderr: chunks(Buffer.from('')),
        stdin: { write: async () => 'written', end: () => undefined },
        exit: Promise.resolve({ kind: 'code', code: 0 }),
      });
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

const script = 'probe begin {\n  foo($x)\n  exit()\n}\n';
const placeOfScript = { file: 'p.yml', line: 1, column: 1, endColumn: 2, text: '- source: a.stp' };
const stapLogs = [
  "parse error: expected literal string or number\n        saw: identifier 'n' at a.stp:2:3\n     source: probe timer.s(n) { }\n                           ^\n1 parse error.\nPass 1: parse failed.\n",
  'semantic error: while resolving probe point: identifier \'kernel\' at a.stp:1:7\n        source: probe kernel.function("nope") {}\n                      ^\nsemantic error: no match (similar functions: nop, nope2)\nPass 2: analysis failed.\n',
  "WARNING: never-assigned local variable 'x': identifier 'x' at a.stp:1:9\nsemantic error: unresolved function f: identifier 'f' at a.stp:1:28\n source: f()\n",
  'Checking "/lib/modules/6.1.0-9/build/.config" failed with error: No such file or directory\n',
  '/usr/share/systemtap/runtime/linux/access_process_vm.h:35:9: error: too few arguments [-Werror=x]\nmake[1]: *** [Makefile:1] Error 2\nPass 4: compilation failed.\n',
  "ERROR: Input file 'a' is empty\nNo space left on device\nSafety pattern mismatch for -m\n",
];
const sshMessages = [
  "OpenSSH_9.2p1 Debian-2\ndebug1: Executing proxy command: exec nc\ndebug1: Connecting to db1 [10.0.0.7] port 2222.\ndebug1: Connection established.\ndebug1: Authenticating to db1:2222 as 'ops'\ndebug1: Server host key: ssh-ed25519 SHA256:oUncmsICV0Jk5huVUSxfWBrzc7HC8GiBIfYgK+bK9NQ\ndebug1: SSH2_MSG_NEWKEYS received\ndebug1: Authentications that can continue: publickey,password\ndebug1: Offering public key: /k ED25519 SHA256:abc agent\ndebug1: Server accepts key: /k ED25519 SHA256:abc\ndebug1: Next authentication method: password\nops@db1: Permission denied (publickey,password).\n",
  'kex_exchange_identification: banner line 0: HTTP/1.1 400 \\303\\251\nConnection closed by 10.0.0.7 port 22\n',
  'ssh: connect to host db1 port 22: Connection timed out\nssh: Could not resolve hostname db1: Name or service not known\n',
  '@@@@@@@@@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nThe fingerprint is\nSHA256:abc.\nHost key verification failed.\n',
  'client_loop: send disconnect: Broken pipe\nTimeout, server db1 not responding.\n',
];

/** A program with a build-id, a mark, functions, and a name of its separate debuginfo. */
function binaryLike(form: ElfForm): string {
  const { symbols, names } = elfSymbols(form, ['main', 'BeginCommand']);
  return elfFile(
    [
      { name: '.note.gnu.build-id', type: 7, bytes: elfNote(form, 'GNU', 3, Buffer.alloc(20, 7)), segment: 4 },
      { name: '.note.stapsdt', type: 7, bytes: sdtNote(form, { provider: 'p', name: 'm', arguments: '-4@[sp, 8]' }) },
      { name: '.stapsdt.base', type: 1, bytes: Buffer.alloc(1), address: 0x100n },
      { name: '.dynsym', type: 11, bytes: symbols, link: '.dynstr' },
      { name: '.dynstr', type: 3, bytes: names },
      { name: '.gnu_debuglink', type: 1, bytes: Buffer.from('a.debug\0crc4') },
    ],
    62,
    form,
  ).toString('latin1');
}
