export { readConfig, type JoinerConfig } from './config.ts';
export { createJoiner } from './joiner.ts';
