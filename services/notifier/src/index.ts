export { readConfig, type NotifierConfig } from './config.ts';
export { unseal } from './delivery/seal.ts';
export { createNotifier, type NotifierOverrides } from './notifier.ts';
