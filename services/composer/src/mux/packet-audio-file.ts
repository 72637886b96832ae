import type { AudioFile, AudioFileOptions, AudioFrame } from './audio-file.ts';
import { OpusTimeline, type TimedPacket } from './opus-timeline.ts';
import { PacketFile } from './packet-file.ts';

/** How long the last packet lasts, microseconds: mostly it is silence. */
const LAST_US = 20_000;

/** The packets of one track at a time, as they came. */
export async function createPacketAudioFile({ path, originUs }: AudioFileOptions): Promise<AudioFile> {
  const file = await PacketFile.create({ path, codec: 'opus', channels: 1, originUs });
  const timeline = new OpusTimeline(originUs);
  const write = async (packets: Iterable<TimedPacket>) => {
    for (const packet of packets) await file.add({ ...packet, isKey: true, width: 0, height: 0, isAfterGap: false });
  };
  return {
    add: (frame: AudioFrame) => write(timeline.place(frame)),
    async finish(untilUs) {
      await write(timeline.silenceUntil(untilUs));
      await file.finish(LAST_US);
      return timeline.endUs;
    },
    cancel: () => file.cancel(),
  };
}
