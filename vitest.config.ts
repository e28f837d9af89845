import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Those run inside a real VS Code, by their own drivers.
    exclude: [...configDefaults.exclude, 'test/integration/**', 'test/vscode/**'],
    // A process for each file: native libraries keep state for as long as their process lives.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
