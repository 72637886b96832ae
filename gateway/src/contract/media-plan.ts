import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import {
  audioOnly,
  platformOf,
  type BotVoicePlan,
  type LiveAudioPlan,
  type MediaPlan,
  type Platform,
} from '@earshot/kernel';
import { fromMediaPlanMessage } from '@earshot/rpc';
import type { CreateBotBody } from './create-bot.ts';
import type { Problem } from './problems.ts';
import { layoutNameOf, layoutOf, type LayoutName } from './video-layout.ts';

type Media = Pick<
  CreateBotBody,
  | 'video_required'
  | 'live_video_required'
  | 'liveVideoRequired'
  | 'audio_separate_streams'
  | 'video_separate_streams'
  | 'recording_config'
  | 'live_audio_required'
  | 'socket_connection_url'
>;

type EventName = CreateBotBody['recording_config']['realtime_endpoints'][number]['events'][number];

/** What the request has made beside the mix. Flags may stand in two places; the top level wins. */
export function toMediaPlan(body: Media): MediaPlan {
  const { recording_config: recording } = body;
  const isWanted = (...names: readonly EventName[]) =>
    recording.realtime_endpoints.some(({ events }) => events.some((event) => names.includes(event)));
  return {
    layout: body.video_required ? layoutOf(recording.video_layout ?? 'grid_view') : undefined,
    separateAudio: body.audio_separate_streams ?? recording.audio_separate_streams ?? false,
    separateVideo: body.video_separate_streams ?? recording.video_separate_streams ?? false,
    liveVideo: liveVideoSocketOf(body) !== '',
    voice: toVoicePlan(body),
    liveAudio: toLiveAudioPlan(body),
    speechEvents: isWanted('participant_events.speech_on', 'participant_events.speech_off'),
    chatEvents: isWanted('participant_events.chat_message'),
  };
}

function toVoicePlan({ recording_config: { bot_voice: voice }, socket_connection_url: socket }: Media): BotVoicePlan {
  const usual = audioOnly.voice;
  return {
    isRecorded: voice?.record ?? usual.isRecorded,
    isTranscribed: voice?.transcribe ?? usual.isTranscribed,
    bargeIn: socket?.barge_in ?? usual.bargeIn,
  };
}

function toLiveAudioPlan({ live_audio_required: live }: Media): LiveAudioPlan {
  const usual = audioOnly.liveAudio;
  const isSeparate = live?.streams === 'separate';
  return {
    isSeparate,
    sampleRate: live?.sample_rate ?? usual.sampleRate,
    encoding: live?.encoding ?? usual.encoding,
    hasSpeechEvents: live?.speech_events ?? isSeparate,
  };
}

/** Where the live video goes; empty for nowhere. The documentation has the field in two spellings. */
export function liveVideoSocketOf(body: Pick<Media, 'live_video_required' | 'liveVideoRequired'>): string {
  return (body.live_video_required ?? body.liveVideoRequired)?.websocket_url ?? '';
}

/** The layout of the video that was ordered with the bot; undefined where none was. */
export function orderedLayoutOf({ spec }: Pick<Bot, 'spec'>): LayoutName | undefined {
  const { layout } = fromMediaPlanMessage(spec?.media);
  return layout && layoutNameOf(layout);
}

/** What its fields say together that each alone cannot. `platform`: undefined while the link leads nowhere. */
export function checkMedia(
  {
    live_video_required: snake,
    liveVideoRequired: camel,
    live_audio_required: audio,
  }: Pick<Media, 'live_video_required' | 'liveVideoRequired' | 'live_audio_required'>,
  platform: Platform | undefined,
): Problem[] {
  const problems: Problem[] = audio ? checkLiveAudio(audio) : [];
  if (snake && camel)
    problems.push({
      field: 'liveVideoRequired',
      message: 'cannot be given beside live_video_required, of which it is another spelling',
    });
  if (platform && !platformOf(platform).hasLiveVideo) {
    const message = `is not available: there is no live video of ${platformOf(platform).title}`;
    if (snake) problems.push({ field: 'live_video_required', message });
    if (camel) problems.push({ field: 'liveVideoRequired', message });
  }
  return problems;
}

/** Opus is at 48 kHz, as each participant's browser sent it or the mix is encoded (RFC 7587): no other rate is made of it. */
function checkLiveAudio({ encoding, sample_rate: rate }: NonNullable<Media['live_audio_required']>): Problem[] {
  if (encoding !== 'opus') return [];
  const field = (name: string) => `live_audio_required.${name}`;
  return rate === undefined || rate === 48_000
    ? []
    : [{ field: field('sample_rate'), message: 'can only be 48000 with encoding "opus"' }];
}
