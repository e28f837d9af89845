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
    // What a page comes to is waited for, on machines of any speed.
    expect: { poll: { timeout: 30_000 } },
  },
});
