import { defineConfig, type ViteUserConfig } from 'vitest/config';

const unit = {
  include: ['test/**/*.test.ts'],
  exclude: ['test/lab/**', 'test/program/**', 'test/faults/**'],
};

const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: 'scripts/embed-shell.mjs',
    projects: [
      { test: { name: 'unit', ...unit, testTimeout: 30_000 } },
      // The bundled program, as a user starts it.
      {
        test: {
          name: 'cli',
          include: ['test/{program,faults}/**/*.test.ts'],
          testTimeout: 60_000,
          maxConcurrency: 6,
        },
      },
      // Real kernels: one file after another, since they share the machines. A first build on a cold build host takes minutes.
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
