import type { MediaPlan, VideoLayout } from '@earshot/kernel';
import type { CreateBotBody } from './create-bot.ts';

type Media = Pick<
  CreateBotBody,
  | 'video_required'
  | 'live_video_required'
  | 'liveVideoRequired'
  | 'audio_separate_streams'
  | 'video_separate_streams'
  | 'recording_config'
>;

const layouts = { grid_view: 'grid', speaker_view: 'speaker' } as const satisfies Record<string, VideoLayout>;

/** What the request has made beside the mix. Flags may stand in two places; the top level wins. */
export function toMediaPlan(body: Media): MediaPlan {
  const { recording_config: recording } = body;
  return {
    layout: body.video_required ? layouts[recording.video_layout ?? 'grid_view'] : undefined,
    separateAudio: body.audio_separate_streams ?? recording.audio_separate_streams ?? false,
    separateVideo: body.video_separate_streams ?? recording.video_separate_streams ?? false,
    liveVideo: liveVideoSocketOf(body) !== '',
  };
}

/** Where the live video goes; empty for nowhere. The documentation has the field in two spellings. */
export function liveVideoSocketOf(body: Pick<Media, 'live_video_required' | 'liveVideoRequired'>): string {
  return (body.live_video_required ?? body.liveVideoRequired)?.websocket_url ?? '';
}
