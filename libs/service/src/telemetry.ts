/**
 * Loaded before a service (`node --import @earshot/service/telemetry`). Starts OpenTelemetry when an exporter is named by
 * the standard OTEL_* variables; without one, the API's no-op stays in place and nothing is loaded.
 */
if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] || process.env['OTEL_TRACES_EXPORTER']) {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK();
  sdk.start();
  process.once('beforeExit', () => void sdk.shutdown());
}

export {};
