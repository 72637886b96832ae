export { readConfig, type TranscriberConfig } from './config.ts';
export { createTranscriber, type TranscriberOverrides } from './transcriber.ts';
