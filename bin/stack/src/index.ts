export { makeCertificates } from './certificates.ts';
export { removeCluster } from './cluster.ts';
export { freePorts, type Ports } from './plan.ts';
export { readStartSettings } from './settings.ts';
export { startStack, type Stack } from './stack.ts';
