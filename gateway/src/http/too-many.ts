import { AppError } from '@earshot/kernel';

/** A client has had its share for now: 429. Its message is for the client. */
export class TooMany extends AppError {
  override name = 'TooMany';
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super('resource-exhausted', message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
  }
}
