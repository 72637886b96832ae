import type {
  Endpoint as EndpointMessage,
  ListDeadDeliveriesRequest,
  ListDeadDeliveriesResponse,
  RedeliverRangeRequest,
  SigningSecret as SecretMessage,
} from '@earshot/contract/notifier/v1/notifier.ts';
import { AppError, type AccountId } from '@earshot/kernel';
import type { SigningSecret } from '../delivery/signing-secrets.ts';
import type { DeliveryRecord } from '../domain/delivery.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import { accountIdOf, toDeliveryMessage } from './mapping.ts';

const USUAL_PAGE = 100;
const LARGEST_PAGE = 500;

export function fromRange({ storedFrom, storedUntil }: Omit<RedeliverRangeRequest, 'accountId'>, account: AccountId) {
  return { accountId: accountIdOf(account), from: storedFrom?.getTime(), until: storedUntil?.getTime() };
}

export function fromDeadRequest(request: ListDeadDeliveriesRequest, account: AccountId) {
  const { pageSize, pageToken } = request;
  const afterPosition = Number(pageToken || '0');
  if (!Number.isSafeInteger(afterPosition) || afterPosition < 0) {
    throw new AppError('invalid-argument', 'page_token is not one of ours');
  }
  return { ...fromRange(request, account), afterPosition, limit: Math.min(pageSize || USUAL_PAGE, LARGEST_PAGE) };
}

export function toDeadPage(
  found: readonly { position: number; record: DeliveryRecord }[],
  limit: number,
): ListDeadDeliveriesResponse {
  const page = found.slice(0, limit);
  return {
    deliveries: page.map(({ record }) => toDeliveryMessage(record)),
    nextPageToken: found.length > limit ? String(page.at(-1)?.position ?? '') : '',
  };
}

export function toEndpointMessage(endpoint: Endpoint): EndpointMessage {
  const { failingSince, disabledAt, ...rest } = endpoint;
  return { ...rest, failingSince: dateOf(failingSince), disabledAt: dateOf(disabledAt) };
}

export function toSecretMessage({ secret, createdAt, validUntil }: SigningSecret): SecretMessage {
  return { secret, createdAt: new Date(createdAt), validUntil: dateOf(validUntil) };
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
