import { readFileSync } from 'node:fs';
import { Client, credentials } from '@grpc/grpc-js';

/**
 * Exits 0 when the service of this container serves, 1 when not: over HTTP where HTTP_LISTEN is set, else by
 * grpc.health.v1 (https://github.com/grpc/grpc/blob/master/doc/health-checking.md), whose empty request and one-field
 * answer are spoken in bytes so that this file needs nothing generated. Where RPC_TLS_* are set it
 * shows the service's own certificate.
 */
const timeoutMs = 3000;
const servingStatus = 1; // HealthCheckResponse.ServingStatus.SERVING
const portOf = (listen: string) => listen.slice(listen.lastIndexOf(':') + 1);

const isServing = process.env['HTTP_LISTEN'] ? await askHttp(process.env['HTTP_LISTEN']) : await askGrpc();
process.exitCode = isServing ? 0 : 1;

async function askHttp(listen: string): Promise<boolean> {
  const url = `http://127.0.0.1:${portOf(listen)}/readyz`;
  return fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).then(
    (response) => response.ok,
    () => false,
  );
}

function askGrpc(): Promise<boolean> {
  const client = new Client(`127.0.0.1:${portOf(process.env['RPC_LISTEN'] ?? '')}`, ownCredentials(), {
    // TLS names no server by its IP address (RFC 6066); the certificate is for this name as well.
    'grpc.ssl_target_name_override': 'localhost',
  });
  const [bytes, status] = [(empty: Buffer) => empty, (answer: Buffer) => (answer[0] === 0x08 ? answer[1] : undefined)];
  return new Promise((resolve) => {
    const deadline = Date.now() + timeoutMs;
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      bytes,
      status,
      Buffer.alloc(0),
      { deadline },
      (error, answer) => {
        client.close();
        resolve(!error && answer === servingStatus);
      },
    );
  });
}

function ownCredentials() {
  const paths = ['RPC_TLS_CA', 'RPC_TLS_KEY', 'RPC_TLS_CERT'].flatMap((name) => process.env[name] || []);
  if (paths.length === 0) return credentials.createInsecure();
  const [ca, key, cert] = paths.map((path) => readFileSync(path));
  return credentials.createSsl(ca, key, cert);
}
