export { createRetention } from './retention.ts';
export type { RetentionConfig } from './config.ts';
