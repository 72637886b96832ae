import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@earshot/kernel';
import { checkKey } from './blob-key.ts';

/** What a token is worth: `forged` covers another key, another secret and any change. */
export type TokenVerdict = 'valid' | 'expired' | 'forged';

const minSecretLength = 16;

/** A token that opens one blob until `expiresAtMs`, to be put behind its URL. Throws `invalid-argument`. */
export function signToken(grant: { readonly key: string; readonly expiresAtMs: number }, secret: string): string {
  checkKey(grant.key);
  if (!Number.isSafeInteger(grant.expiresAtMs)) throw new AppError('invalid-argument', 'token needs a whole expiry');
  const expires = grant.expiresAtMs.toString(36);
  return `${expires}.${mac(grant.key, { expires, secret }).toString('base64url')}`;
}

/** Judges a token for `key` against any of the secrets, so that these can be rotated. Takes the same time for all forgeries. */
export function verifyToken(
  token: string,
  options: { readonly key: string; readonly secrets: readonly string[]; readonly nowMs: number },
): TokenVerdict {
  const [expires = '', signature = '', ...rest] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  let isSigned = false;
  for (const secret of options.secrets) {
    const expected = mac(options.key, { expires, secret });
    isSigned = (given.length === expected.length && timingSafeEqual(given, expected)) || isSigned;
  }
  // base64url leaves padding and the last bits open: only the form that was signed is taken.
  const isCanonical = given.toString('base64url') === signature;
  if (!isSigned || !isCanonical || rest.length > 0) return 'forged';
  return parseInt(expires, 36) > options.nowMs ? 'valid' : 'expired';
}

function mac(key: string, options: { expires: string; secret: string }): Buffer {
  if (options.secret.length < minSecretLength) throw new AppError('invalid-argument', 'token secret too short');
  // Neither a key nor an expiry can hold a line break, so two grants never sign the same text.
  return createHmac('sha256', options.secret).update(`blob-token-1\n${options.expires}\n${key}`).digest();
}
