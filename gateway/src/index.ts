export { createGateway } from './gateway.ts';
export type { GatewayConfig } from './config.ts';
