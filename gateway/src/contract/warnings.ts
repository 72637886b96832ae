import type { CreateBotBody } from './create-bot.ts';
import type { ProviderName } from './providers.ts';

/** What is taken and will not be delivered, one sentence each with the field's name: of an order that is right otherwise. */
export function warningsOf(body: CreateBotBody, engine: ProviderName | undefined): string[] {
  const { recording_config: recording } = body;
  const asked = body.recording_config.transcript?.provider;
  const isUnheard = asked?.engine === 'meetstream' && asked.options['language'] === 'auto' && engine === 'assemblyai';
  const undelivered: readonly (readonly [boolean, string])[] = [
    [body.video_required, 'video_required: this server records audio and no video'],
    [
      body.audio_separate_streams ?? recording.audio_separate_streams ?? false,
      'audio_separate_streams: this server gives out the mixed audio only',
    ],
    [
      body.video_separate_streams ?? recording.video_separate_streams ?? false,
      'video_separate_streams: this server records no video',
    ],
    [recording.video_layout !== undefined, 'video_layout: this server records no video'],
    [
      (body.live_video_required ?? body.liveVideoRequired) !== undefined,
      'live_video_required: this server sends no live video',
    ],
    [
      body.socket_connection_url !== undefined,
      'socket_connection_url: this server opens no control connection; use send_message and remove_bot',
    ],
    [isUnheard, 'recording_config.transcript.provider.meetstream.language: assemblyai is asked for English (en_us)'],
  ];
  return undelivered.flatMap(([isAsked, warning]) => (isAsked ? [warning] : []));
}
