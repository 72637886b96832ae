export { startSandbox, type Sandbox } from './sandbox.ts';
export type { Fault } from './faults.ts';
export { sentences } from './sentences.ts';
