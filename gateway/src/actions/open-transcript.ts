import type { Transcript } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { AppError } from '@earshot/kernel';
import type { TranscriptWriter } from '../contract/transcript-writer.ts';
import type { GatewayDeps } from './deps.ts';

/** A transcript that is being read, without its utterances. */
export interface OpenTranscript {
  readonly transcript: Transcript;
  /** The rest as the writer has it, or the provider's own answer where that was wanted and is there; a part at a time. */
  write(writer: TranscriptWriter): AsyncGenerator<string | Uint8Array>;
}

/** Begins to read a transcript. Throws what `ReadTranscript` answers. */
export async function openTranscript(
  { transcriber }: Pick<GatewayDeps, 'transcriber'>,
  { accountId, signal, ...asked }: { transcriptId: string; wantsRaw: boolean; accountId: string; signal: AbortSignal },
): Promise<OpenTranscript> {
  const parts = transcriber.readTranscript(asked, { accountId, signal })[Symbol.asyncIterator]();
  const first = await parts.next();
  if (first.done || first.value.message?.$case !== 'transcript') {
    throw new AppError('internal', 'a transcript without a beginning');
  }
  return {
    transcript: first.value.message.value,
    async *write(writer) {
      let isRaw = false;
      let head = writer.head;
      for (let next = await parts.next(); !next.done; next = await parts.next()) {
        const { message } = next.value;
        if (message?.$case === 'rawJson') {
          isRaw = true;
          yield message.value;
        } else if (message?.$case === 'page') {
          yield head + message.value.utterances.map((utterance) => writer.write(utterance)).join('');
          head = '';
        }
      }
      if (!isRaw) yield head + writer.end();
    },
  };
}
