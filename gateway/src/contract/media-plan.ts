import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { audioOnly, platformOf, type MediaPlan, type Platform } from '@earshot/kernel';
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
>;

/** What the request has made beside the mix. Flags may stand in two places; the top level wins. */
export function toMediaPlan(body: Media): MediaPlan {
  const { recording_config: recording } = body;
  return {
    layout: body.video_required ? layoutOf(recording.video_layout ?? 'grid_view') : undefined,
    separateAudio: body.audio_separate_streams ?? recording.audio_separate_streams ?? false,
    separateVideo: body.video_separate_streams ?? recording.video_separate_streams ?? false,
    liveVideo: liveVideoSocketOf(body) !== '',
    voice: audioOnly.voice,
    liveAudio: audioOnly.liveAudio,
    speechEvents: false,
    chatEvents: false,
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
  { live_video_required: snake, liveVideoRequired: camel }: Pick<Media, 'live_video_required' | 'liveVideoRequired'>,
  platform: Platform | undefined,
): Problem[] {
  const problems: Problem[] = [];
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
