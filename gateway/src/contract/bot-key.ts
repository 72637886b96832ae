import type { CreateBotBody } from './create-bot.ts';

/** The provider's key that was handed in with an order; undefined where there is none. */
export function botKeyOf({ live_transcription_required: live }: Pick<CreateBotBody, 'live_transcription_required'>) {
  return (live && 'deepgram_api_key' in live && live.deepgram_api_key) || undefined;
}

/** A request as it is kept with its bot and shown: without the key, which is kept elsewhere and shown to nobody. */
export function withoutBotKey(given: object): object {
  const live = 'live_transcription_required' in given ? given.live_transcription_required : undefined;
  if (typeof live !== 'object' || live === null || !('deepgram_api_key' in live) || !live.deepgram_api_key)
    return given;
  return { ...given, live_transcription_required: { ...live, deepgram_api_key: '***' } };
}
