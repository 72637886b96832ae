import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readJson, sendJson, sendTornJson, type Refusal } from '../http.ts';
import { synthesise, voiceRate } from '../synthesiser/synthesise.ts';
import type { VendorDeps } from '../vendor.ts';
import { badKey, refusal, refusalFor } from './errors.ts';

/** Not a whole number of samples: a network cuts where it likes. */
const chunkBytes = 4095;

const bodySchema = z.object({
  model: z.string().min(1),
  input: z.string().min(1).max(4096),
  voice: z.union([z.string().min(1), z.object({ id: z.string() })]),
  instructions: z.string().max(4096).optional(),
  response_format: z.enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']).default('mp3'),
  speed: z.number().min(0.25).max(4).default(1),
  stream_format: z.enum(['audio', 'sse']).default('audio'),
});

/** POST /v1/audio/speech: https://platform.openai.com/docs/api-reference/audio/createSpeech */
export async function speak(deps: VendorDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readJson(request);
  const isKnown = request.headers.authorization === `Bearer ${deps.key}`;
  deps.log({
    ...{ vendor: 'openai', mode: 'speech', method: 'POST', path: '/v1/audio/speech', query: {}, body },
    isAuthorised: isKnown,
  });
  const fault = deps.faults.take('openai', 'speech');
  const refused = isKnown ? refusalFor(fault?.kind) : badKey();
  if (refused) return sendJson(response, refused);
  if (fault?.kind === 'malformed') return sendTornJson(response);
  const asked = bodySchema.safeParse(body);
  if (!asked.success) return sendJson(response, refusalOf(asked.error));
  const { input, response_format: format, speed, stream_format: stream } = asked.data;
  if ((format !== 'pcm' && format !== 'wav') || stream !== 'audio')
    return sendJson(response, refusal(400, 'The sandbox makes pcm and wav, not as events.'));

  const gone = new Promise((resolve) => response.once('close', resolve));
  let chunks = 0;
  for await (const chunk of bytesOf(input, { format, speed })) {
    if (fault && chunks++ === fault.after) {
      if (fault.kind === 'close-mid-stream') return void response.destroy();
      if (fault.kind === 'stall') await (fault.forMs === undefined ? gone : Promise.race([sleep(fault.forMs), gone]));
    }
    if (response.destroyed) return;
    // Only with audio, so that whoever waits for the first byte waits for the voice.
    if (!response.headersSent) response.writeHead(200, { 'content-type': `audio/${format}` });
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), gone]);
  }
  response.end();
}

async function* bytesOf(
  text: string,
  { format, speed }: { format: 'pcm' | 'wav'; speed: number },
): AsyncGenerator<Buffer> {
  if (format === 'wav') yield streamedWavHeader();
  for await (const { buffer } of synthesise(text, { speed })) {
    for (let at = 0; at < buffer.byteLength; at += chunkBytes) yield Buffer.from(buffer).subarray(at, at + chunkBytes);
  }
}

/** As the vendor writes it: how long it will be is not known yet, so the sizes are the largest there are. */
function streamedWavHeader(): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF\xff\xff\xff\xffWAVEfmt ', 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(voiceRate, 24);
  header.writeUInt32LE(voiceRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data\xff\xff\xff\xff', 36, 'latin1');
  return header;
}

function refusalOf({ issues: [issue] }: z.ZodError): Refusal {
  const param = issue?.path.join('.') ?? '';
  return refusal(400, `Invalid value for '${param}': ${issue?.message ?? ''}`, { param, code: 'invalid_value' });
}
