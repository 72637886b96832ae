import type { ErrorCode } from '@earshot/kernel';
import { codeOfStatus } from './engine-error.ts';

/** How a provider refused a request or a session: its text, and the numbers it gave for it. */
export interface Refusal {
  readonly reason: string | undefined;
  /** HTTP status of an answer or a handshake; absent where there was none. */
  readonly status?: number | undefined;
  /** Close code of a WebSocket, or the `error_code` of a message before it. */
  readonly closeCode?: number | undefined;
}

/**
 * What providers send when they are short of something that comes back by waiting. It counts more than any number beside it:
 * AssemblyAI closes with 1008, its number for a refused key, also for want of room and for a credential that its own edge
 * garbled. https://www.assemblyai.com/docs/faq, https://developers.deepgram.com/reference/rate-limits
 */
const passing: readonly { readonly says: RegExp; readonly code: ErrorCode }[] = [
  { says: /too many|concurren|rate.?limit|quota/i, code: 'resource-exhausted' },
  { says: /insufficient (funds|balance|credits?)|account balance|out of credits?/i, code: 'resource-exhausted' },
  { says: /incorrect padding/i, code: 'unavailable' },
];

/** What they send when the key is refused; it decides only where no number does. */
const keyRefused =
  /(not|un)[- ]?authori[sz]ed|authentication|(invalid|incorrect|missing|expired)\b.{0,20}\b(key|token|credentials?|auth)/i;

/** https://www.assemblyai.com/docs/streaming/common-session-errors-and-closures; Deepgram's are 1008 and 1011. */
const codeOfClosure: Readonly<Record<number, ErrorCode>> = {
  3006: 'internal',
  3007: 'internal',
  3008: 'unavailable',
  3009: 'resource-exhausted',
  4001: 'unauthenticated',
  4029: 'resource-exhausted',
};

/**
 * What a refusal means to us: `resource-exhausted` and `unavailable` are tried again, `unauthenticated` and
 * `invalid-argument` are not. `policyViolation` is the vendor's use of close code 1008 where its words decide nothing.
 */
export function codeOfRefusal(
  { reason = '', status, closeCode }: Refusal,
  policyViolation: ErrorCode = 'unauthenticated',
): ErrorCode {
  const known = passing.find(({ says }) => says.test(reason));
  if (known) return known.code;
  if (status !== undefined) return codeOfStatus(status);
  if (closeCode === 1008) return keyRefused.test(reason) ? 'unauthenticated' : policyViolation;
  if (closeCode !== undefined && codeOfClosure[closeCode]) return codeOfClosure[closeCode];
  return keyRefused.test(reason) ? 'unauthenticated' : 'unavailable';
}
