import { defineConfig } from 'vitest/config';

/** The checks that look at Paddock from outside: the package, `npm start`, the network. One after the other, in this process's children. */
export default defineConfig({
  test: {
    include: ['test/integration/*.check.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
