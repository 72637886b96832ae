export { readConfig, type NotifierConfig } from './config.ts';
export { createNotifier, type NotifierOverrides } from './notifier.ts';
