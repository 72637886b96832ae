import type {
  SpeechChunk,
  StreamRequest,
  StreamResponse,
  StreamResume,
} from '@earshot/contract/transcriber/v1/transcripts.ts';
import { AppError, assertNever, AsyncQueue } from '@earshot/kernel';
import { fromCaptionMessage, type CallContext } from '@earshot/rpc';
import type { SpeechItem } from '../domain/uncommitted-audio.ts';
import { SAMPLE_RATE } from '../live/stt-session.ts';
import type { LiveTranscriptions, OpenLiveTranscription } from '../live/live-transcriptions.ts';
import { CaptionTranscription } from '../live/caption-transcription.ts';
import type { LiveTranscription } from '../live/live-transcription.ts';
import { fromStartMessage } from './mapping.ts';

/** One visit's live speech: what is committed is acknowledged; no incoming speech waits for a commit. */
export async function* stream(
  live: LiveTranscriptions,
  requests: AsyncIterable<StreamRequest>,
  call: CallContext,
): AsyncGenerator<StreamResponse> {
  const down = new AsyncQueue<StreamResponse>();
  const acknowledged = new Map<string, number>();
  call.signal.addEventListener('abort', () => down.fail(call.signal.reason), { once: true });
  const opening = Promise.withResolvers<OpenLiveTranscription | undefined>();
  const opened = opening.promise.catch(() => undefined);
  void listen(requests, down, (start) => {
    opening.resolve(
      live.open(fromStartMessage(start), {
        onCommitted: (trackId, committedMs) => {
          // What a failed transcript acknowledges overtakes the commits before it; an acknowledgement never goes back.
          if (committedMs <= (acknowledged.get(trackId) ?? -1)) return;
          acknowledged.set(trackId, committedMs);
          down.push({ message: { $case: 'acknowledge', value: { position: { trackId, committedMs } } } });
        },
        onFailed: (error) => down.fail(error),
      }),
    );
    return opening.promise as Promise<OpenLiveTranscription>;
  })
    .catch((error: unknown) => down.fail(error))
    .finally(() => opening.resolve(undefined));
  try {
    yield* down;
  } finally {
    // A peer that left before the answer to the start has opened a stream all the same.
    void opened.then((open) => open?.[Symbol.asyncDispose]());
  }
}

type Start = Extract<NonNullable<StreamRequest['message']>, { $case: 'start' }>['value'];

async function listen(
  requests: AsyncIterable<StreamRequest>,
  down: AsyncQueue<StreamResponse>,
  open: (start: Start) => Promise<OpenLiveTranscription>,
): Promise<void> {
  let current: OpenLiveTranscription | undefined;
  for await (const { message } of requests) {
    if (down.ended) return;
    if (!current) {
      if (message?.$case !== 'start') throw new AppError('invalid-argument', 'the stream does not begin with a start');
      current = await open(message.value);
      down.push({ message: { $case: 'resume', value: toResume(current) } });
      continue;
    }
    const { visit } = current;
    switch (message?.$case) {
      case 'start':
        throw new AppError('invalid-argument', 'the stream has begun already');
      case 'speech':
        listening(visit).push(message.value.trackId, fromSpeechChunk(message.value));
        break;
      case 'endOfSpeech': {
        const { trackId, atMs } = message.value;
        listening(visit).push(trackId, { kind: 'end-of-speech', atMs, endMs: atMs });
        break;
      }
      case 'speechMissed':
        listening(visit).miss(message.value);
        break;
      case 'trackNamed':
        // Captions bring their names along.
        if (!(visit instanceof CaptionTranscription)) visit.name(message.value);
        break;
      case 'caption':
        reading(visit).read(fromCaptionMessage(message.value));
        break;
      case 'captionsShown':
        reading(visit).setShown({ areShown: message.value.shown });
        break;
      case 'finish':
        await visit.finish();
        down.push({ message: { $case: 'finished', value: {} } });
        return down.end();
      case undefined:
        break;
      default:
        assertNever(message);
    }
  }
  throw new AppError('cancelled', 'the stream ended without a finish');
}

function listening(visit: OpenLiveTranscription['visit']): LiveTranscription {
  if (!(visit instanceof CaptionTranscription)) return visit;
  throw new AppError('invalid-argument', 'a transcript of captions takes no speech');
}

function reading(visit: OpenLiveTranscription['visit']): CaptionTranscription {
  if (visit instanceof CaptionTranscription) return visit;
  throw new AppError('invalid-argument', 'a transcript of speech reads no captions');
}

function toResume({ positions }: OpenLiveTranscription): StreamResume {
  return { positions: positions.map(({ trackId, committedMs }) => ({ trackId, committedMs })) };
}

function fromSpeechChunk({ atMs, pcm, sampleRate }: SpeechChunk): SpeechItem {
  if (sampleRate !== SAMPLE_RATE) throw new AppError('invalid-argument', 'speech has to have 16000 samples a second');
  // A copy: a Buffer may lie anywhere in its memory, samples may not.
  const samples = new Int16Array(new Uint8Array(pcm.subarray(0, pcm.length & ~1)).buffer);
  return { kind: 'speech', atMs, endMs: atMs + Math.round((samples.length * 1000) / SAMPLE_RATE), pcm: samples };
}
