import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AssignmentRef } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import type { JoinerId } from '@earshot/kernel';

/** What a token is made of, as it stands on the wire. */
export type SignedRef = Pick<AssignmentRef, 'botId' | 'epoch'>;

/**
 * What proves that a bot was assigned under an epoch: only the scheduler makes it, and sends it with the assignment. HMAC with
 * SHA-256 of both, base64url.
 */
export function signAssignment(secret: string, { botId, epoch }: SignedRef): string {
  return createHmac('sha256', secret).update(`${botId}:${epoch}`).digest('base64url');
}

/** Whether a token proves the assignment. Compares the text, so that no second spelling of a token is one. */
export function isAssigned(secret: string, assignment: SignedRef, token: string): boolean {
  const expected = Buffer.from(signAssignment(secret, assignment));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A joiner's name, and what proves that it is the joiner's own. */
export interface JoinerIdentity {
  readonly joinerId: JoinerId;
  readonly joinerSecret: string;
}

/** A new joiner, one for each process. */
export function createJoinerIdentity(): JoinerIdentity {
  const joinerSecret = randomBytes(32).toString('base64url');
  return { joinerId: joinerIdOf(joinerSecret), joinerSecret };
}

/**
 * The name that belongs to a secret, as a UUID of 128 of its hash's bits. So whoever knows a name, from a log for one, cannot
 * connect under it, and no scheduler has to remember which secret came first.
 */
export function joinerIdOf(joinerSecret: string): JoinerId {
  const hex = createHash('sha256').update(`joiner:${joinerSecret}`).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return parts.join('-') as JoinerId;
}
