import type { AppError } from '@earshot/kernel';

/** The joiner's end of an open stream of video. */
export interface VideoPeer {
  acknowledge(sequence: number, options: { finished: boolean }): void;
  /** `trackId` as its page has it. */
  requestKeyFrame(trackId: string): void;
  end(error: AppError): void;
}
