export { createComposer, type ComposerOverrides } from './composer.ts';
export { readConfig, type ComposerConfig } from './config.ts';
