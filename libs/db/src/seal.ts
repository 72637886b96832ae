import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '@earshot/kernel';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12; // NIST SP 800-38D, 8.2.2
const TAG_BYTES = 16;

/** Encrypts a secret so that it opens only under the same key and for the same `owner`. Nonce, tag, text. */
export function seal(key: Buffer, secret: string, owner: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Throws `failed-precondition` when the key is not the one the secret was sealed under, or the bytes were changed. */
export function unseal(key: Buffer, sealed: Buffer, owner: string): string {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new AppError('failed-precondition', 'SECRETS_KEY does not open the stored secrets', { cause });
  }
}
