import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { downmix, toRecogniserRate, decode } from '../audio/decode.ts';
import { decodeWav, type DecodedAudio } from '../audio/wav.ts';
import { readBody, sendJson, sendTornJson } from '../http.ts';
import { recogniseRecording } from '../recogniser/recognise-recording.ts';
import { queryOf } from '../request-log.ts';
import type { VendorDeps } from '../vendor.ts';
import { average } from '../words.ts';
import { badKey, isAuthorised, refusal, refusalFor } from './errors.ts';
import { modelId, modelInfo, toUtterance } from './messages.ts';

const defaultUtteranceSplitSeconds = 0.8;

/** POST /v1/listen: https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded */
export async function transcribeRecording(
  deps: VendorDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url!, 'http://sandbox');
  const isKnown = isAuthorised(request.headers, deps.key);
  deps.log({
    ...{ vendor: 'deepgram', mode: 'batch', method: 'POST', path: url.pathname },
    query: queryOf(url.searchParams),
    isAuthorised: isKnown,
  });
  const fault = deps.faults.take('deepgram', 'batch')?.kind;
  const bytes = await readBody(request);
  if (!isKnown) return sendJson(response, badKey());
  const refused = refusalFor(fault) ?? badQuery(url.searchParams);
  if (refused) return sendJson(response, refused);
  if (fault === 'stall') return;
  if (fault === 'malformed') return sendTornJson(response);
  if (fault === 'close-mid-stream') return void response.destroy();

  const audio = decodeWav(bytes) ?? decodeRaw(bytes, url.searchParams);
  if (!audio) {
    const message = 'Bad Request: failed to process audio: corrupt or unsupported data';
    return sendJson(response, refusal(400, 'Bad Request', message));
  }
  sendJson(response, { status: 200, body: await toResponse(deps, { audio, bytes, query: url.searchParams }) });
}

async function toResponse(deps: VendorDeps, input: { audio: DecodedAudio; bytes: Buffer; query: URLSearchParams }) {
  const { audio, query } = input;
  const isOn = (name: string) => query.get(name) === 'true';
  const splitMs = Number(query.get('utt_split') ?? defaultUtteranceSplitSeconds) * 1000;
  const isPunctuated = isOn('punctuate') || isOn('smart_format') || isOn('paragraphs');
  const isDiarized = isOn('diarize') || query.has('diarize_model');
  const channels = isOn('multichannel') ? audio.channels : [downmix(audio.channels)];

  const utterances = await Promise.all(
    channels.map(async (samples, channel) => {
      const recognised = await recogniseRecording(
        deps.recogniser,
        toRecogniserRate(samples, audio.sampleRate),
        splitMs,
      );
      return recognised.map((utterance) =>
        toUtterance(utterance, { isPunctuated, isDiarized, channel, id: randomUUID() }),
      );
    }),
  );
  return {
    metadata: {
      transaction_key: 'deprecated',
      request_id: randomUUID(),
      sha256: createHash('sha256').update(input.bytes).digest('hex'),
      created: new Date().toISOString(),
      duration: (audio.channels[0]?.length ?? 0) / audio.sampleRate,
      channels: channels.length,
      models: [modelId],
      model_info: { [modelId]: modelInfo },
    },
    results: {
      channels: utterances.map((spoken) => {
        const words = spoken.flatMap((utterance) => utterance.words);
        const transcript = spoken.map((utterance) => utterance.transcript).join(' ');
        const confidence = average(words.map((word) => word.confidence));
        const paragraphs = isOn('paragraphs') && { paragraphs: toParagraphs(spoken, transcript) };
        return {
          ...(isOn('detect_language') && { detected_language: 'en', language_confidence: 1 }),
          alternatives: [{ transcript, confidence, words, ...paragraphs }],
        };
      }),
      ...(isOn('utterances') && { utterances: utterances.flat().sort((a, b) => a.start - b.start) }),
    },
  };
}

function toParagraphs(utterances: readonly ReturnType<typeof toUtterance>[], transcript: string) {
  const paragraphs = utterances.map(({ transcript: text, start, end, words, speaker }) => ({
    sentences: [{ text, start, end }],
    num_words: words.length,
    start,
    end,
    speaker,
  }));
  return { transcript: `\n${transcript}`, paragraphs };
}

function decodeRaw(bytes: Buffer, query: URLSearchParams): DecodedAudio | undefined {
  const sampleRate = Number(query.get('sample_rate'));
  const encoding = query.get('encoding');
  if ((encoding !== 'linear16' && encoding !== 'mulaw') || !(sampleRate >= 8000)) return;
  return {
    sampleRate,
    channels: decode(bytes, { encoding, sampleRate, channels: Number(query.get('channels') ?? 1) }),
  };
}

export function badQuery(query: URLSearchParams) {
  if (query.get('model')?.startsWith('nova-3') && query.has('keywords')) {
    const message = 'Keywords are not supported for Nova-3. Please use `keyterm` instead.';
    return refusal(400, 'INVALID_QUERY_PARAMETER', message);
  }
  return;
}
