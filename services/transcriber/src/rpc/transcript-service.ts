import type { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { AppError, checkWithin, isUuid, isWithin, type BotId, type TranscriptId } from '@earshot/kernel';
import { accountOfCall, type Handlers } from '@earshot/rpc';
import type { TranscriberDeps } from '../actions/deps.ts';
import { eraseTranscripts } from '../actions/erase-transcripts.ts';
import { getTranscript } from '../actions/get-transcript.ts';
import { readRawJson, readUtterances } from '../actions/read-transcript.ts';
import { transcribeAgain } from '../actions/transcribe-again.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { LiveTranscriptions } from '../live/live-transcriptions.ts';
import { fromTranscribeMessage, toTranscriptMessage, toUtteranceMessage } from './mapping.ts';
import { stream } from './stream.ts';

export function transcriptService(
  deps: TranscriberDeps,
  live: LiveTranscriptions,
): Handlers<typeof TranscriptServiceService> {
  return {
    stream: (requests, call) => stream(live, requests, call),

    async getTranscript({ transcriptId }, { caller }) {
      if (!isUuid(transcriptId)) throw new AppError('not-found', 'no such transcript');
      const { transcript, ...about } = await getTranscript(deps, transcriptId as TranscriptId);
      checkWithin(caller.scope, transcript.accountId, 'the transcript');
      return toTranscriptMessage(transcript, about);
    },

    async *readTranscript({ transcriptId, wantsRaw }, { caller }) {
      const id = transcriptId as TranscriptId;
      const transcript = isUuid(transcriptId) ? await deps.transcripts.findAbout(id) : undefined;
      if (!transcript) throw new AppError('not-found', 'no such transcript');
      checkWithin(caller.scope, transcript.accountId, 'the transcript');
      yield { message: { $case: 'transcript', value: toTranscriptMessage(transcript, {}) } };
      if (transcript.state !== 'ready') return;
      let isRaw = false;
      for await (const value of wantsRaw ? readRawJson(deps, id) : []) {
        isRaw = true;
        yield { message: { $case: 'rawJson', value: Buffer.from(value) } };
      }
      if (isRaw) return;
      for await (const page of readUtterances(deps, transcript)) {
        yield { message: { $case: 'page', value: { utterances: page.map(toUtteranceMessage) } } };
      }
    },

    async listTranscripts({ botId }, { caller }) {
      if (!isUuid(botId)) return { transcripts: [] };
      const transcripts = (await deps.transcripts.of(botId as BotId)).filter(({ accountId }) =>
        isWithin(caller.scope, accountId),
      );
      const ids = transcripts.map(({ transcriptId }) => transcriptId);
      const [missed, usage] = await Promise.all([deps.missedSpeech.of(ids), deps.usages.of(ids)]);
      const toMessage = (transcript: Transcript) =>
        toTranscriptMessage(
          { ...transcript, rawJson: '' },
          {
            missed: missed.get(transcript.transcriptId),
            usage: usage.get(transcript.transcriptId),
          },
        );
      return { transcripts: transcripts.map(toMessage) };
    },

    async transcribe(request, call) {
      const { transcriptId, isCreated } = await transcribeAgain(
        deps,
        fromTranscribeMessage(request, accountOfCall(call)),
      );
      return { transcriptId, created: isCreated };
    },

    async erase({ botId, final: isFinal }) {
      if (!isUuid(botId)) return { deletedObjects: 0, totalObjects: 0, unfinished: false };
      const { deleted, total, isUnfinished } = await eraseTranscripts(deps, botId as BotId, { isFinal });
      return { deletedObjects: deleted, totalObjects: total, unfinished: isUnfinished };
    },
  };
}
