import { type Client, credentials, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

type HealthClient = Client & {
  check(
    request: { service: string },
    options: { deadline: number },
    callback: (error: ServiceError | null, response?: { status: string }) => void,
  ): void;
};

const HealthClientConstructor = makeGenericClientConstructor(service as never, 'grpc.health.v1.Health');

/** Whether the server at `address` says SERVING (grpc.health.v1). Never throws. */
export async function isServing(address: string, timeoutMs = 1000): Promise<boolean> {
  const client = new HealthClientConstructor(address, credentials.createInsecure()) as unknown as HealthClient;
  try {
    return await new Promise<boolean>((resolve) => {
      client.check({ service: '' }, { deadline: Date.now() + timeoutMs }, (error, response) => {
        resolve(!error && response?.status === 'SERVING');
      });
    });
  } finally {
    client.close();
  }
}
