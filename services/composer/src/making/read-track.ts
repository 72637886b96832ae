import type { ReadTrackResponse } from '@earshot/contract/media/v1/video.ts';
import type { BotId } from '@earshot/kernel';
import type { MediaFrame } from '../mux/frame.ts';
import type { MediaClient } from './maker.ts';

/** The frames of a stored track, in the order in which they are decoded. Throws what the media-streamer throws. */
export async function* readTrack(
  media: Pick<MediaClient, 'readTrack'>,
  { botId, trackId }: { botId: BotId; trackId: string },
  signal: AbortSignal,
): AsyncGenerator<MediaFrame> {
  const answers: AsyncIterable<ReadTrackResponse> = media.readTrack({ botId, trackId }, { signal });
  for await (const { frames } of answers) {
    for (const { atUs, payload, keyFrame: isKey, width, height, afterGap: isAfterGap } of frames)
      yield { atUs, payload, isKey, width, height, isAfterGap };
  }
}
