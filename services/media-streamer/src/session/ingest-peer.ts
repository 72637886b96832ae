import type { AppError } from '@earshot/kernel';

/** The joiner's end of an open stream. */
export interface IngestPeer {
  acknowledge(sequence: number, options: { finished: boolean }): void;
  end(error: AppError): void;
}
