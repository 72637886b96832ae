import { onExit } from './on-exit.ts';

/**
 * Loaded before a service (`node --import @earshot/service/telemetry`). Starts OpenTelemetry when an exporter is named by
 * the standard OTEL_* variables; without one, the API's no-op stays in place and nothing is loaded.
 */
const variables = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER'];
if (variables.some((name) => process.env[name])) {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK();
  sdk.start();
  // Services end by `process.exit` (run.ts), which waits for nothing: they are asked to flush before.
  onExit(() => sdk.shutdown());
}
