import { type Client, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { SECOND, type ServiceIdentity } from '@earshot/kernel';
import { clientCredentials, tlsChannelOptions } from './tls.ts';

type HealthClient = Client & {
  check(
    request: { service: string },
    options: { deadline: number },
    callback: (error: ServiceError | null, response?: { status: string }) => void,
  ): void;
};

const HealthClientConstructor = makeGenericClientConstructor(service as never, 'grpc.health.v1.Health');

export interface HealthOptions {
  /** Who asks. Where servers want certificates: the operator, or the service itself. */
  readonly as?: ServiceIdentity;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Whether the server at `address` reports SERVING (grpc.health.v1). Never throws. */
export async function isServing(
  address: string,
  { as = { service: 'operator' }, timeoutMs = SECOND }: HealthOptions = {},
): Promise<boolean> {
  const client = new HealthClientConstructor(
    address,
    clientCredentials(as),
    tlsChannelOptions,
  ) as unknown as HealthClient;
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
