import { describe, expect, it } from 'vitest';
import { checkTogether } from './bot-spec.ts';
import { createBotBody } from './create-bot.ts';
import { liveVideoSocketOf, toMediaPlan } from './media-plan.ts';

const order = (given: object) => createBotBody.parse({ meeting_link: 'https://a.example', ...given });
const plan = (given: object) => toMediaPlan(order(given));
const socket = { websocket_url: 'wss://a.example' };

describe('toMediaPlan', () => {
  it('makes the mix and nothing else unless asked', () =>
    expect(plan({})).toEqual({ layout: undefined, separateAudio: false, separateVideo: false, liveVideo: false }));

  it.each([
    [{ video_required: true }, 'grid'],
    [{ video_required: true, recording_config: { video_layout: 'speaker_view' } }, 'speaker'],
    [{ video_required: false, recording_config: { video_layout: 'speaker_view' } }, undefined],
    [{ recording_config: { video_layout: 'grid_view' } }, undefined],
  ])('lays out %j as %s', (given, layout) => expect(plan(given).layout).toBe(layout));

  it.each(['audio_separate_streams', 'video_separate_streams'] as const)(
    'reads %s in two places, of which the top level wins',
    (name) => {
      const key = name === 'audio_separate_streams' ? 'separateAudio' : 'separateVideo';
      const values = ([top, nested]: (boolean | null)[]) => plan({ [name]: top, recording_config: { [name]: nested } });
      const asked = [[null, true], [true, null], [true, false], [false, true], [null, null]]; // prettier-ignore
      expect(asked.map((each) => values(each)[key])).toEqual([true, true, true, false, false]);
    },
  );

  it.each([
    { live_video_required: 'wss://a.example' },
    { live_video_required: socket },
    { liveVideoRequired: { websocketUrl: 'wss://a.example' } },
    { liveVideoRequired: socket },
  ])('streams live video to the address of %j, with or without a video of the visit', (given) => {
    expect([plan(given).liveVideo, plan(given).layout]).toEqual([true, undefined]);
    expect(liveVideoSocketOf(order(given))).toBe('wss://a.example');
  });
});

describe('an order of media', () => {
  const fields = (given: object, platform: 'zoom' | 'teams' | 'google-meet' | 'web' | undefined) =>
    checkTogether(order(given), platform).map(({ field }) => field);

  it('is refused for live video of Zoom, by the name that it was asked with', () => {
    expect(fields({ live_video_required: socket }, 'zoom')).toEqual(['live_video_required']);
    expect(fields({ liveVideoRequired: socket }, 'zoom')).toEqual(['liveVideoRequired']);
    for (const platform of ['teams', 'google-meet', 'web', undefined] as const)
      expect(fields({ live_video_required: socket }, platform)).toEqual([]);
    expect(fields({ live_video_required: {}, video_required: true }, 'zoom')).toEqual([]);
  });

  it('is refused for live video in two spellings', () =>
    expect(fields({ live_video_required: socket, liveVideoRequired: socket }, 'web')).toEqual(['liveVideoRequired']));
});
