import { AppError } from './errors.ts';
import type { AccountId } from './ids.ts';

/** Who may call services; `operator` is a person's command or a health check. A certificate's common name is one of these. */
export const serviceNames = [
  'gateway',
  'scheduler',
  'joiner',
  'media-streamer',
  'transcriber',
  'retention',
  'notifier',
  'composer',
  'operator',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Texts in PEM: the authority that signed everybody's certificate, one's own certificate, and its key. */
export interface TlsMaterial {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** As whom a process calls. Without `tls` no server can check it: for one machine's loopback. */
export interface ServiceIdentity {
  readonly service: ServiceName;
  readonly tls?: TlsMaterial | undefined;
}

/** Whose data a call may touch: one account's, or everybody's, for those who work for all of them. */
export type Scope = { readonly accountId: AccountId } | 'all-accounts';

/** Whether what belongs to an account is within a scope. Nothing belongs to the empty account. */
export function isWithin(scope: Scope, accountId: AccountId): boolean {
  return scope === 'all-accounts' || (scope.accountId !== '' && scope.accountId === accountId);
}

/** Throws `permission-denied` for what belongs to an account beyond a scope; `what` names it. */
export function checkWithin(scope: Scope, accountId: AccountId, what: string): void {
  if (!isWithin(scope, accountId)) throw new AppError('permission-denied', `${what} belongs to another account`);
}
