import { startSandbox } from './sandbox.ts';

const { SANDBOX_PORT = '4801', SANDBOX_TLS_PORT = '4802', SANDBOX_HOST } = process.env;
const sandbox = await startSandbox({
  port: Number(SANDBOX_PORT),
  tlsPort: Number(SANDBOX_TLS_PORT),
  host: SANDBOX_HOST,
});

const { deepgramUrl, assemblyaiUrl, assemblyaiStreamingUrl, openaiUrl, realtimeUrl, caPath, keys } = sandbox;
process.stdout.write(
  `${JSON.stringify({ deepgramUrl, assemblyaiUrl, assemblyaiStreamingUrl, openaiUrl, realtimeUrl, caPath, keys })}\n`,
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sandbox[Symbol.asyncDispose]());
