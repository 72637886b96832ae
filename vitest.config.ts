import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/.cache/**'];
const meetings = ['test/integration/joiner/**/*.test.ts'];
/** Milliseconds count in these: nothing may run beside them. */
const inTime = ['test/integration/joiner/{quiet-page,voice}.test.ts'];
/**
 * What the lab's cameras and screens show, and how its platforms behave: minutes of browsers that no change of the product
 * breaks; what the joiner needs of them its own tests see. `npm run lab`.
 */
const lab = ['test/integration/lab/*.test.ts'];
/**
 * A bot that is commanded in every way, and microphones on every platform's page: the short form is the story `speak-short`.
 * `npm run control`.
 */
const control = ['test/integration/joiner/{control,microphone}.test.ts'];

const integration = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{libs,services,bin}/*/src/**/*.test.ts', 'gateway/src/**/*.test.ts', 'test/*/src/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 5_000,
          // No file leaves anything behind, and a process for each costs more than its tests.
          isolate: false,
        },
      },
      {
        test: {
          ...integration,
          name: 'integration',
          globalSetup: ['test/integration/global-setup.ts'],
          include: ['test/integration/**/*.test.ts', 'test/tools/**/*.test.ts'],
          exclude: [...ignored, ...meetings, ...lab],
          maxWorkers: 2,
          // Each worker loads services and libraries once, not once a file.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...integration,
          name: 'integration-meetings',
          include: meetings,
          exclude: [...ignored, ...inTime, ...control],
          // Each owns browsers with several people in them; side by side they make each other late. No store is needed.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          // Meetings of one file share its browsers; more of them at a time than this make each other late.
          maxConcurrency: 3,
          // In one process, which loads the services, the lab and Playwright once.
          isolate: false,
        },
      },
      {
        test: {
          ...integration,
          name: 'integration-in-time',
          include: inTime,
          exclude: ignored,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      { test: { ...integration, name: 'lab', include: lab, exclude: ignored, sequence: { groupOrder: 4 } } },
      { test: { ...integration, name: 'control', include: control, exclude: ignored, sequence: { groupOrder: 5 } } },
    ],
  },
});
