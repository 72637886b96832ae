import type { PcmFormat } from '../audio/decode.ts';
import type { Refusal } from '../http.ts';
import { badQuery } from './batch.ts';
import { refusal } from './errors.ts';

/** An endpoint of 10 ms, the vendor's default, rests on a model that knows where words end; energy alone needs more. */
const shortestHangoverMs = 250;
const hangoverWithoutEndpointingMs = 500;
const shortestUtteranceEndMs = 1000;

export interface StreamingOptions {
  format: PcmFormat;
  hangoverMs: number;
  hasEndpointing: boolean;
  hasInterimResults: boolean;
  hasVadEvents: boolean;
  utteranceEndMs: number | undefined;
  isPunctuated: boolean;
  isDiarized: boolean;
}

/** Reads the query of wss /v1/listen, or says why it is refused. */
export function readStreamingOptions(query: URLSearchParams): StreamingOptions | { refused: Refusal } {
  const wrong = (message: string) => ({ refused: refusal(400, 'INVALID_QUERY_PARAMETER', message) });
  const refused = badQuery(query);
  if (refused) return { refused };

  const isOn = (name: string) => query.get(name) === 'true';
  const encoding = query.get('encoding');
  if (encoding !== 'linear16' && encoding !== 'mulaw') return wrong('encoding: this stand-in takes linear16 and mulaw');
  const sampleRate = Number(query.get('sample_rate'));
  if (!(sampleRate >= 8000 && sampleRate <= 48_000)) return wrong('sample_rate is required with this encoding');
  const channels = Number(query.get('channels') ?? 1);
  if (!(channels >= 1 && channels <= 2)) return wrong('channels');

  const endpointing = query.get('endpointing');
  if (endpointing !== null && endpointing !== 'false' && !(Number(endpointing) >= 0)) return wrong('endpointing');
  const utteranceEnd = query.get('utterance_end_ms');
  if (utteranceEnd !== null && !(isOn('interim_results') && Number(utteranceEnd) >= shortestUtteranceEndMs)) {
    return wrong('utterance_end_ms must be at least 1000 and needs interim_results');
  }
  return {
    format: { encoding, sampleRate, channels },
    hangoverMs:
      endpointing === 'false' ? hangoverWithoutEndpointingMs : Math.max(shortestHangoverMs, Number(endpointing ?? 0)),
    hasEndpointing: endpointing !== 'false',
    hasInterimResults: isOn('interim_results'),
    hasVadEvents: isOn('vad_events'),
    utteranceEndMs: utteranceEnd === null ? undefined : Number(utteranceEnd),
    isPunctuated: isOn('punctuate') || isOn('smart_format'),
    isDiarized: isOn('diarize') || query.has('diarize_model'),
  };
}
