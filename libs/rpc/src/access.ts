import type { Metadata } from '@grpc/grpc-js';
import type { PeerCertificate } from 'node:tls';
import { AppError, type AccountId, type Scope, type ServiceIdentity, type ServiceName } from '@earshot/kernel';
import type { Callers } from './service-callers.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { nameOf, toServiceName } from './tls.ts';

/** Metadata of every call: which service it is of. Believed only where there are no certificates. */
const SERVICE = 'earshot-service';
/** Metadata of a call for one account: which one. */
const ACCOUNT = 'earshot-account';

/** Who calls, and for whom. */
export interface Caller {
  readonly service: ServiceName;
  /** Whose data the call may touch, as the method's rule for this service has it. */
  readonly scope: Scope;
}

/** Sets who calls, and for which account: the one that is given, else the one that the request names. */
export function writeCaller(metadata: Metadata, { service }: ServiceIdentity, account: string | undefined): void {
  metadata.set(SERVICE, service);
  // An account's name may be any text, a header's value may not.
  if (account) metadata.set(ACCOUNT, encodeURIComponent(account));
}

/** The account that a request names, if it is of a kind that does. */
export function accountOf(request: unknown): string | undefined {
  const account: unknown = (request as { accountId?: unknown } | undefined)?.accountId;
  return typeof account === 'string' ? account : undefined;
}

/** What is known of a call before it is served. */
export interface IncomingCall {
  readonly metadata: Metadata;
  /** Absent where the server has no certificates. */
  readonly certificate: Pick<PeerCertificate, 'subject'> | undefined;
  readonly request?: unknown;
}

export interface AccessRule {
  readonly method: { readonly path: string };
  readonly callers: Callers<ServiceDefinition>[string];
  /** Whether callers show certificates; else they are who their metadata names. */
  readonly isProven: boolean;
}

/**
 * Who calls, as far as it may call this method. Throws `permission-denied` for a service that may not, and for an account that
 * the request contradicts; `invalid-argument` where a call has to be for an account and names none: that is nobody.
 */
export function admit({ method, callers, isProven }: AccessRule, call: IncomingCall): Caller {
  const claimed = String(call.metadata.get(SERVICE)[0] ?? '');
  const name = isProven ? nameOf(call.certificate) : claimed;
  const service = toServiceName(name);
  const access = service && callers[service];
  if (!access) throw new AppError('permission-denied', `${method.path} is not for ${service ?? 'strangers'}`);
  if (access === 'all-accounts') return { service, scope: 'all-accounts' };
  const account = readAccount(call.metadata);
  if (!account) throw new AppError('invalid-argument', `${method.path} is for an account, and none is named`);
  const named = accountOf(call.request);
  if (named && named !== account) throw new AppError('permission-denied', 'the request is about another account');
  return { service, scope: { accountId: account as AccountId } };
}

function readAccount(metadata: Metadata): string {
  const text = String(metadata.get(ACCOUNT)[0] ?? '');
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The account that a call is for. Throws `invalid-argument` for one that is for all of them. */
export function accountOfCall({ caller }: { readonly caller: Caller }): AccountId {
  if (caller.scope === 'all-accounts') throw new AppError('invalid-argument', 'the call has to be for an account');
  return caller.scope.accountId;
}
