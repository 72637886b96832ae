import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/.cache/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{libs,services,bin}/*/src/**/*.test.ts', 'gateway/src/**/*.test.ts', 'test/*/src/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 5_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/tools/**/*.test.ts'],
          exclude: ignored,
          globalSetup: ['test/integration/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Files own browsers with several people each, and recognisers; side by side they make each other late.
          maxWorkers: 1,
        },
      },
    ],
  },
});
