export { startSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export type { Fault, FaultKind, Faults } from './faults.ts';
export type { LoggedRequest } from './request-log.ts';
export { sentences, type Sentence } from './sentences.ts';
