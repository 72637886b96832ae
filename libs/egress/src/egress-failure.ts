import { AppError, type ErrorCode } from '@earshot/kernel';

/** Why a customer's address gave no answer. `blocked` is our refusal; all others are the far side's or the network's. */
export type FailureReason = 'blocked' | 'timeout' | 'dns' | 'connect' | 'tls' | 'too-large' | 'reset';

const codes: Readonly<Record<FailureReason, ErrorCode>> = {
  blocked: 'invalid-argument',
  timeout: 'deadline-exceeded',
  dns: 'unavailable',
  connect: 'unavailable',
  tls: 'unavailable',
  'too-large': 'resource-exhausted',
  reset: 'unavailable',
};

/** What connections fail with. The message is fit for the customer: no address behind the name, no URL. */
export class EgressFailure extends AppError {
  override name = 'EgressFailure';
  readonly reason: FailureReason;
  /** Refused because the host is not public: the operator's allow-list would let it pass. */
  readonly isPrivateHost: boolean;

  constructor(
    reason: FailureReason,
    message: string,
    options: { cause?: unknown; code?: ErrorCode; isPrivateHost?: boolean } = {},
  ) {
    super(options.code ?? codes[reason], message, { cause: options.cause, fields: { reason } });
    this.reason = reason;
    this.isPrivateHost = options.isPrivateHost ?? false;
  }
}

const messages: Readonly<Record<FailureReason, string>> = {
  blocked: 'address not allowed',
  timeout: 'timed out',
  dns: 'host name cannot be resolved',
  connect: 'cannot connect',
  tls: 'no secure connection',
  'too-large': 'response headers too large',
  reset: 'connection lost before the response was complete',
};

/** Sorts whatever a socket, TLS, the resolver or the HTTP client failed with. */
export function toEgressFailure(caught: unknown): EgressFailure {
  if (caught instanceof EgressFailure) return caught;
  if (caught instanceof AppError && caught.code === 'invalid-argument') {
    return new EgressFailure('blocked', caught.message, { cause: caught });
  }
  const answered = caught instanceof Error && /^Unexpected server response: (\d+)$/.exec(caught.message)?.[1];
  if (answered) return new EgressFailure('connect', `answered ${answered} instead of upgrading`, { cause: caught });
  const code = errorCodeOf(caught);
  const reason = reasonOf(code);
  return new EgressFailure(reason, code ? `${messages[reason]} (${code})` : messages[reason], { cause: caught });
}

/** Node's and OpenSSL's names for a certificate that is not trusted, and for a handshake that fails. */
const tlsCode = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA)/;
const dnsCode = /^(ENOTFOUND|ENODATA|ESERVFAIL|EREFUSED|EAI_|EBADNAME|ETIMEOUT)/;

function reasonOf(code: string): FailureReason {
  if (tlsCode.test(code)) return 'tls';
  if (dnsCode.test(code)) return 'dns';
  if (code === 'ETIMEDOUT' || /^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$/.test(code)) return 'timeout';
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'HPE_HEADER_OVERFLOW') return 'too-large';
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EINVAL|EMFILE)$/.test(code)) return 'connect';
  return 'reset';
}

function errorCodeOf(caught: unknown): string {
  return caught instanceof Error && 'code' in caught && typeof caught.code === 'string' ? caught.code : '';
}
