export { createScheduler } from './scheduler.ts';
export type { SchedulerConfig } from './config.ts';
