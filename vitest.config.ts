import { defineConfig, type ViteUserConfig } from 'vitest/config';
import SlowFirst from './test/support/slow-first.ts';

/**
 * Most files wait for other programs most of the time, so that more of them run at a time than there are CPUs. No module is mocked, so
 * that a worker need not load what the file before has loaded: that is a third of what the tests take of the CPUs.
 */
const sideBySide = { maxWorkers: 4, isolate: false };

/**
 * A bash whose standard input is a socket, as Node's pipes are, reads ~/.bashrc, since it takes itself for what rshd has begun; but not
 * below another shell. What stands there is none of the tests' business.
 */
const env = { SHLVL: '2' };

const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: 'scripts/embed-shell.mjs',
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**', 'test/program/**', 'test/faults/**'],
          ...sideBySide,
          env,
          testTimeout: 30_000,
        },
      },
      // The bundled program, as a user starts it.
      {
        test: {
          name: 'program',
          include: ['test/{program,faults}/**/*.test.ts'],
          ...sideBySide,
          env,
          testTimeout: 120_000,
          maxConcurrency: 6,
        },
      },
      // Real kernels: one file after another, since they share the machines. A first build on a cold build host takes minutes.
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          globalSetup: ['test/support/lab-run.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
