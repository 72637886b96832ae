import { randomBytes } from 'node:crypto';
import { seal, unseal } from '@earshot/db';
import { AppError, DAY, SECOND, type Clock } from '@earshot/kernel';
import type { SealedSecret, Secrets } from '../store/secrets.ts';
import { SECRET_PREFIX, signingKey, type SigningKey } from './sign.ts';

const SECRET_BYTES = 32; // Standard Webhooks 1.0.0 asks for 24 to 64
const MAX_CACHED = 10_000;
/** How long another instance's rotation may go unnoticed, in milliseconds. */
const FRESH_MS = 5 * SECOND;
/** As many signatures as one message bears; a header has its limits. */
const MOST_VALID = 5;
const LONGEST_OVERLAP_MS = 7 * DAY;
/** No account has this id: it keeps a text by which a wrong key is found out at start. */
const CHECK_ID = '';

/** A signing secret in the clear. Times in milliseconds since 1970. */
export interface SigningSecret {
  readonly secret: string;
  readonly key: SigningKey;
  readonly createdAt: number;
  /** Undefined for the newest of an account. */
  readonly validUntil: number | undefined;
}

interface CachedSecrets {
  readonly secrets: Promise<readonly SigningSecret[]>;
  readonly freshUntil: number;
}

/** The signing secrets of each account, the first made when it is asked for. Kept sealed; in the clear only here. */
export class SigningSecrets {
  readonly #known = new Map<string, CachedSecrets>();
  readonly #store: Secrets;
  readonly #key: Buffer;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(store: Secrets, { key, clock }: { key: Buffer; clock: Pick<Clock, 'now'> }) {
    this.#store = store;
    this.#key = key;
    this.#clock = clock;
  }

  /** Throws `failed-precondition` when the stored secrets were sealed under another key. */
  async checkKey(): Promise<void> {
    const sealed = seal(this.#key, 'check', CHECK_ID);
    const [kept] = await this.#store.keep(CHECK_ID, { sealed, now: this.#clock.now() });
    if (kept) unseal(this.#key, kept.sealed, CHECK_ID);
  }

  /** The keys to sign with at this moment, the newest first; what was known stays known while the database is away. */
  async of(accountId: string): Promise<SigningKey[]> {
    const now = this.#clock.now();
    let known = this.#known.get(accountId);
    if (!known || known.freshUntil <= now) {
      const before = known?.secrets;
      const asked = this.#load(accountId);
      const secrets = before ? asked.catch(() => before) : asked;
      known = this.#cache(accountId, secrets);
    }
    const secrets = await known.secrets;
    return secrets.filter(({ validUntil }) => (validUntil ?? Infinity) > now).map(({ key }) => key);
  }

  /** As stored at this moment. */
  async list(accountId: string): Promise<readonly SigningSecret[]> {
    return this.#cache(accountId, this.#load(accountId)).secrets;
  }

  /** Makes a new secret. Throws `invalid-argument` for too long an overlap, `failed-precondition` when many are valid. */
  async rotate(accountId: string, overlapMs: number): Promise<readonly SigningSecret[]> {
    if (overlapMs > LONGEST_OVERLAP_MS) throw new AppError('invalid-argument', 'the overlap is longer than seven days');
    const now = this.#clock.now();
    const stored = await this.#store.rotate(accountId, {
      sealed: this.#fresh(accountId),
      now,
      validUntil: now + overlapMs,
      most: MOST_VALID,
    });
    if (!stored) throw new AppError('failed-precondition', 'five secrets are valid already');
    return this.#cache(accountId, Promise.resolve(this.#open(accountId, stored))).secrets;
  }

  async #load(accountId: string): Promise<SigningSecret[]> {
    const now = this.#clock.now();
    const stored = await this.#store.list(accountId, now);
    if (stored.some(({ validUntil }) => validUntil === undefined)) return this.#open(accountId, stored);
    return this.#open(accountId, await this.#store.keep(accountId, { sealed: this.#fresh(accountId), now }));
  }

  #fresh(accountId: string): Buffer {
    return seal(this.#key, SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64'), accountId);
  }

  #open(accountId: string, stored: readonly SealedSecret[]): SigningSecret[] {
    return stored.map(({ sealed, createdAt, validUntil }) => {
      const secret = unseal(this.#key, sealed, accountId);
      return { secret, key: signingKey(secret), createdAt, validUntil };
    });
  }

  #cache(accountId: string, secrets: Promise<readonly SigningSecret[]>): CachedSecrets {
    if (this.#known.size >= MAX_CACHED) this.#known.clear();
    const entry = { secrets, freshUntil: this.#clock.now() + FRESH_MS };
    this.#known.set(accountId, entry);
    secrets.catch(() => {
      if (this.#known.get(accountId) === entry) this.#known.delete(accountId);
    });
    return entry;
  }
}
