import type { ServiceName } from '@earshot/kernel';
import type { ServiceDefinition } from './service-definition.ts';

/** Whether a service calls a method for one account, which the call names, or for all of them. */
export type Access = 'account' | 'all-accounts';

/** Who may call which method, and for whom. Whoever is not named may not. */
export type Callers<D extends ServiceDefinition> = {
  readonly [Name in keyof D]: Readonly<Partial<Record<ServiceName, Access>>>;
};
