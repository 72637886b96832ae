import { serviceNames, type ServiceIdentity, type ServiceName } from '@earshot/kernel';
import { createRpcClient, type Callers, type CallOptions, type RpcClient, type ServiceDefinition } from '@earshot/rpc';

/** Lets everybody call everything, for all accounts: for stand-ins of a service. */
export function openToAll<D extends ServiceDefinition>(definition: D): Callers<D> {
  const everybody = Object.fromEntries(serviceNames.map((name) => [name, 'all-accounts']));
  return Object.fromEntries(Object.keys(definition).map((method) => [method, everybody])) as unknown as Callers<D>;
}

export interface PermittedOptions<D extends ServiceDefinition> {
  readonly callers: Callers<D>;
  /** For which account the methods are called that are for one, where the request does not say. */
  readonly accountId?: string;
  /** As whom a service is called where servers want certificates. */
  readonly identity?: (service: ServiceName) => ServiceIdentity;
}

/** A client that calls each method as a service that may: for all accounts where one may, else for one account. */
export function permittedClient<D extends ServiceDefinition>(
  definition: D,
  address: string,
  { callers, accountId, identity = (service) => ({ service }) }: PermittedOptions<D>,
): RpcClient<D> {
  const clients = new Map<ServiceName, RpcClient<D>>();
  const clientAs = (service: ServiceName) => {
    const client = clients.get(service) ?? createRpcClient(definition, address, identity(service));
    clients.set(service, client);
    return client as unknown as Record<string, (input: unknown, options?: CallOptions) => unknown>;
  };
  const methods = Object.keys(definition).map((name) => {
    const permitted = Object.entries(callers[name] ?? {}) as [ServiceName, string][];
    const [service, access] = permitted.find(([, each]) => each === 'all-accounts') ?? permitted[0] ?? ['operator', ''];
    const call = (input: { accountId?: string }, options?: CallOptions) => {
      const account = input.accountId ?? accountId;
      const own = access === 'account' && account !== undefined ? { accountId: account } : {};
      return clientAs(service)[name]?.(input, { ...own, ...options });
    };
    return [name, call];
  });
  return Object.assign(Object.fromEntries(methods), {
    async [Symbol.asyncDispose]() {
      for (const client of clients.values()) await client[Symbol.asyncDispose]();
    },
  }) as RpcClient<D>;
}

/** ASSIGNMENT_SECRET of every service that a test starts by hand. */
export const testAssignmentSecret = 'assignment-secret-of-the-tests'.padEnd(32, '.');
