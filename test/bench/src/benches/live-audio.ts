import { createScreen, judge, playStory, STORY_MS } from '@earshot/demo';
import { openFixture } from '@earshot/harness';
import type { Bench } from '../bench.ts';
import { measureSixteenStreams } from './sixteen-streams.ts';

/** The demo's meeting, with its figures: voice in the meeting to the customer's socket, frame by frame. */
export const liveAudio: Bench = {
  measures:
    'one meeting of three: from the moment a sample is played into the meeting to the moment its frame is received; and what sixteen live streams cost',
  async run() {
    await using fixture = await openFixture({ face: 'web' });
    const seen = await playStory(fixture, {
      screen: createScreen(process.stderr),
      signal: AbortSignal.timeout(STORY_MS),
    });
    const { summary } = judge(seen, fixture.customer);
    const meeting = { ...summary.live_audio, ...summary.audio, word_error_rate: summary.word_error_rate };
    return { ...meeting, sixteen_streams: await measureSixteenStreams() };
  },
};
