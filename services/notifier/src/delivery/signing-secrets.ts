import { randomBytes } from 'node:crypto';
import type { Secrets } from '../store/secrets.ts';
import { seal, unseal } from './seal.ts';
import { SECRET_PREFIX } from './sign.ts';

const SECRET_BYTES = 32; // Standard Webhooks 1.0.0 asks for 24 to 64
const REMEMBERED = 10_000;
/** No account has this id: it keeps a text by which a wrong key is found out at start. */
const CHECK_ID = '';

/** The signing secret of each account, made when first asked for. Kept sealed; in the clear only in this process. */
export class SigningSecrets {
  readonly #known = new Map<string, Promise<string>>();
  readonly #store: Secrets;
  readonly #key: Buffer;

  constructor(store: Secrets, key: Buffer) {
    this.#store = store;
    this.#key = key;
  }

  /** Throws `failed-precondition` when the stored secrets were sealed under another key. */
  async checkKey(): Promise<void> {
    const sealed = await this.#store.keep(CHECK_ID, seal(this.#key, 'check', CHECK_ID));
    unseal(this.#key, sealed, CHECK_ID);
  }

  of(accountId: string): Promise<string> {
    const known = this.#known.get(accountId);
    if (known) return known;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    const asked = this.#load(accountId);
    this.#known.set(accountId, asked);
    asked.catch(() => this.#known.delete(accountId));
    return asked;
  }

  async #load(accountId: string): Promise<string> {
    const stored = await this.#store.find(accountId);
    if (stored) return unseal(this.#key, stored, accountId);
    const secret = SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
    return unseal(this.#key, await this.#store.keep(accountId, seal(this.#key, secret, accountId)), accountId);
  }
}
