import { defineConfig } from 'vitest/config';

/** Checks of Paddock from outside: the package, `npm start`, the network. They run one after the other, in child processes of this one. */
export default defineConfig({
  test: {
    include: ['test/integration/*.check.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
