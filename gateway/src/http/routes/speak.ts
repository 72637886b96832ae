import type { FastifyInstance } from 'fastify';
import { SECOND } from '@earshot/kernel';
import { callJoiner } from '../../actions/call-joiner.ts';
import { checkAddress } from '../../actions/check-address.ts';
import type { GatewayDeps } from '../../actions/deps.ts';
import { speak, type Speech } from '../../actions/speak.ts';
import { swapBytes } from '../../contract/byte-order.ts';
import { BadRequest } from '../../contract/problems.ts';
import { readBody } from '../../contract/read.ts';
import { sendImageBody } from '../../contract/send-image.ts';
import {
  audioTypeOf,
  audioTypes,
  MOST_AUDIO_BYTES,
  MOST_JSON_BYTES,
  speakBody,
  type AudioType,
} from '../../contract/speak.ts';
import { AudioBody } from '../audio-body.ts';
import { takeBodies, takeNothing, type TakeBody } from '../bodies.ts';
import { callerOf } from '../caller.ts';
import { Refused } from '../refused.ts';

interface BotPath {
  Params: { bot_id: string };
}

/** The image is fetched before it is answered, within five seconds. */
const SHOW_TIMEOUT_MS = 15 * SECOND;

/** What a bot does in its meeting at once, by the joiner that has it: it speaks, is silent, shows an image. */
export function speakRoutes(api: FastifyInstance, deps: GatewayDeps): void {
  void api.register(async (scope) => {
    takeBodies(scope, takeAudio);
    // Heavier than others: audio stays in memory until the joiner has it.
    const options = { bodyLimit: MOST_JSON_BYTES, config: { weight: 4 } };
    scope.post<BotPath>('/bots/:bot_id/speak', options, async (request) => {
      const { body } = request;
      const { accountId } = callerOf(request);
      const botId = request.params.bot_id;
      const said = speak(deps, { botId, accountId, speech: toSpeech(body) });
      const { speechId, durationMs } = await said.catch((error: unknown) => {
        throw (body instanceof AudioBody && body.failure) || error;
      });
      const answer = { status: 'accepted', bot_id: botId, command: 'speak' };
      return { ...answer, speech_id: speechId, duration_ms: durationMs };
    });
  });

  api.delete<BotPath>('/bots/:bot_id/speak', async (request) => {
    const { accountId } = callerOf(request);
    const botId = request.params.bot_id;
    const { speechIds } = await callJoiner(deps, { botId, accountId }, (joiner) =>
      joiner.stopSpeaking({ botId }, { accountId }),
    );
    return { status: 'accepted', bot_id: botId, command: 'interrupt', speech_ids: speechIds };
  });

  api.post<BotPath>('/bots/:bot_id/send_image', async (request) => {
    const { img_url: url, display_duration: displaySeconds = 0 } = readBody(sendImageBody, request.body);
    const problems = await checkAddress(deps.egress, { field: 'img_url', url, schemes: ['https', 'http'] });
    if (problems.length > 0) throw new BadRequest(problems);
    const { accountId } = callerOf(request);
    const botId = request.params.bot_id;
    await callJoiner(deps, { botId, accountId }, (joiner) =>
      joiner.showImage({ botId, url, displaySeconds }, { accountId, timeoutMs: SHOW_TIMEOUT_MS }),
    );
    return { status: 'accepted', bot_id: botId, command: 'sendimg' };
  });
}

/** Takes audio while it comes; any other type only of an empty body. */
const takeAudio: TakeBody = (request, payload, done) => {
  try {
    const type = audioTypeOf(request.headers['content-type'] ?? '');
    if (!type) {
      takeNothing(request, payload, (error, body) =>
        done(error && new Refused(415, `The Content-Type must be application/json, or ${audioTypes}.`), body),
      );
      return;
    }
    if (Number(request.headers['content-length'] ?? 0) > MOST_AUDIO_BYTES)
      throw new Refused(413, `The audio is too large: at most ${MOST_AUDIO_BYTES} bytes are taken.`);
    done(null, new AudioBody(payload, { type, most: MOST_AUDIO_BYTES }));
  } catch (error) {
    done(error as Error, undefined);
  }
};

function toSpeech(body: unknown): Speech {
  if (body instanceof AudioBody) return audio(body.type, () => body.read());
  const { text, audio: bytes, content_type: type = wav } = readBody(speakBody, body);
  if (text !== undefined) return { text };
  return audio(type, async function* () {
    if (bytes) yield bytes;
  });
}

const wav = audioTypeOf('audio/wav') as AudioType;

function audio({ format, isBigEndian }: AudioType, read: () => AsyncIterable<Uint8Array>): Speech {
  return { format, read: isBigEndian ? () => swapBytes(read()) : read };
}
