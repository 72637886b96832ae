import type { IncomingMessage, ServerResponse } from 'node:http';
import { downmix, toRecogniserRate } from '../audio/decode.ts';
import { decodeWav } from '../audio/wav.ts';
import { readBody, sendJson, sendTornJson } from '../http.ts';
import { recogniseRecording } from '../recogniser/recognise-recording.ts';
import type { VendorDeps } from '../vendor.ts';
import { average, punctuated } from '../words.ts';
import { refusal } from './errors.ts';

const pauseMs = 500;
const formats = ['json', 'text', 'srt', 'verbose_json', 'vtt'];
const granularities = ['word', 'segment'];

/** POST /v1/audio/transcriptions: https://platform.openai.com/docs/api-reference/audio/createTranscription */
export async function transcribe(deps: VendorDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = await readBody(request);
  const form = await readForm(bytes, request.headers['content-type'] ?? '');
  const isKnown = request.headers.authorization === `Bearer ${deps.key}`;
  const fields = form && [...new Set(form.keys())].filter((name) => name !== 'file');
  deps.log({
    ...{ vendor: 'openai', mode: 'batch', method: 'POST', path: '/v1/audio/transcriptions', query: {} },
    ...(form && { body: Object.fromEntries((fields ?? []).map((name) => [name, valueOf(form, name)])) }),
    isAuthorised: isKnown,
  });
  const fault = deps.faults.take('openai', 'batch')?.kind;
  if (!isKnown || fault === 'bad-key') return sendJson(response, refusal(401, 'Incorrect API key provided.'));
  if (fault === 'rate-limited') return sendJson(response, refusal(429, 'Rate limit reached for requests'));
  if (fault === 'server-error') return sendJson(response, refusal(503, 'The server is overloaded'));
  if (fault === 'stall') return;
  if (fault === 'malformed') return sendTornJson(response);
  if (fault === 'close-mid-stream') return void response.destroy();

  const problem = form ? problemOf(form) : 'Could not parse multipart form';
  if (problem) return sendJson(response, refusal(400, problem));
  const file = form?.get('file');
  const audio = file instanceof Blob ? decodeWav(Buffer.from(await file.arrayBuffer())) : undefined;
  if (!audio) return sendJson(response, refusal(400, 'Audio file might be corrupted or unsupported'));
  const samples = toRecogniserRate(downmix(audio.channels), audio.sampleRate);
  const recognised = await recogniseRecording(deps.recogniser, samples, pauseMs);
  const wanted = form?.getAll('timestamp_granularities[]') ?? [];
  const segments = recognised.map(({ startMs, endMs, words }, id) => ({
    ...{ id, seek: 0, start: startMs / 1000, end: endMs / 1000, tokens: [], temperature: 0 },
    text: ` ${punctuated(words.map(({ word }) => word)).join(' ')}`,
    avg_logprob: Math.log(Math.max(1e-6, average(words.map(({ confidence }) => confidence)))),
    ...{ compression_ratio: 1, no_speech_prob: 0 },
  }));
  const text = segments.map((segment) => segment.text.trim()).join(' ');
  const isBare = form?.get('response_format') !== 'verbose_json' || fault === 'additions';
  if (isBare) return sendJson(response, { status: 200, body: { text } });
  const words = recognised.flatMap((utterance) =>
    utterance.words.map(({ word, startMs, endMs }) => ({ word, start: startMs / 1000, end: endMs / 1000 })),
  );
  const body = {
    ...{ task: 'transcribe', language: 'english', duration: (audio.channels[0]?.length ?? 0) / audio.sampleRate, text },
    ...(wanted.includes('word') && { words }),
    // Segments are what is told when nothing else is asked for.
    ...((wanted.includes('segment') || wanted.length === 0) && { segments }),
  };
  sendJson(response, { status: 200, body });
}

/** As undici reads it: not by our own hand. */
async function readForm(bytes: Buffer, contentType: string): Promise<FormData | undefined> {
  const body = new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } });
  return body.formData().catch(() => undefined);
}

function problemOf(form: FormData): string | undefined {
  if (!(form.get('file') instanceof Blob)) return "Missing required parameter: 'file'.";
  if (!form.get('model')) return "Missing required parameter: 'model'.";
  const format = String(form.get('response_format') ?? 'json');
  if (!formats.includes(format)) return `Invalid value: '${format}'.`;
  const wanted = form.getAll('timestamp_granularities[]').map(String);
  if (wanted.some((each) => !granularities.includes(each))) return "Invalid value for 'timestamp_granularities[]'.";
  if (wanted.length > 0 && format !== 'verbose_json')
    return "'timestamp_granularities[]' may only be used with response_format 'verbose_json'.";
  const temperature = Number(form.get('temperature') ?? 0);
  return temperature >= 0 && temperature <= 1 ? undefined : "Invalid value for 'temperature'.";
}

function valueOf(form: FormData, name: string): string | string[] {
  const values = form.getAll(name).map(String);
  return values.length === 1 ? values[0]! : values;
}
