import { randomUUID } from 'node:crypto';
import type { AudioFormat, SpeakRequest, SpeakStart } from '@earshot/contract/joiner/v1/joiner.ts';
import { AppError, SECOND } from '@earshot/kernel';
import { callJoiner, type BotOfAccount } from './call-joiner.ts';
import type { GatewayDeps } from './deps.ts';

/** Enough for a text-to-speech engine to speak a minute, and for audio to arrive (`HTTP_REQUEST_TIMEOUT_MS`). */
const SPEAK_TIMEOUT_MS = 60 * SECOND;

export type Speech =
  | { readonly text: string }
  /** `read`: all of it, each time from its beginning. */
  | { readonly format: AudioFormat; readonly read: () => AsyncIterable<Uint8Array> };

/** Has a bot say something behind what it says already. Answers once it is queued. Throws as `callJoiner` and `JoinerService.Speak`. */
export async function speak(
  deps: Pick<GatewayDeps, 'scheduler' | 'joiners' | 'clock'>,
  { botId, accountId, speech }: BotOfAccount & { speech: Speech },
): Promise<{ speechId: string; durationMs: number }> {
  // The same at every joiner that is asked: none says it twice.
  const speechId = randomUUID();
  const content: SpeakStart['content'] =
    'text' in speech ? { $case: 'text', value: speech.text } : { $case: 'audio', value: speech.format };
  async function* requests(): AsyncGenerator<SpeakRequest> {
    yield { message: { $case: 'start', value: { botId, speechId, content } } };
    if ('text' in speech) return;
    for await (const chunk of speech.read()) {
      if (chunk.length > 0) yield { message: { $case: 'chunk', value: Buffer.from(chunk) } };
    }
    // That it is whole: a stream that is given up ends as well.
    yield { message: { $case: 'chunk', value: Buffer.alloc(0) } };
  }
  const durationMs = await callJoiner(deps, { botId, accountId }, async (joiner) => {
    for await (const answer of joiner.speak(requests(), { accountId, timeoutMs: SPEAK_TIMEOUT_MS }))
      return answer.durationMs;
    throw new AppError('internal', 'the joiner answered nothing');
  });
  return { speechId, durationMs };
}
