export { makeCertificates, type CertificateFiles } from './certificates.ts';
export { removeCluster } from './cluster.ts';
export { freePorts, usualPorts, type Ports } from './plan.ts';
export { readStartSettings, type StartSettings } from './settings.ts';
export type { ServiceName } from './services.ts';
export { startStack, type Stack } from './stack.ts';
export type { StackOptions } from './stack-options.ts';
export { type Supervised } from './supervised.ts';
