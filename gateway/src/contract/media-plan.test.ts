import { describe, expect, it } from 'vitest';
import { audioOnly } from '@earshot/kernel';
import { checkTogether } from './bot-spec.ts';
import { createBotBody } from './create-bot.ts';
import { liveVideoSocketOf, toMediaPlan } from './media-plan.ts';

const order = (given: object) => createBotBody.parse({ meeting_link: 'https://a.example', ...given });
const plan = (given: object) => toMediaPlan(order(given));
const socket = { websocket_url: 'wss://a.example' };

describe('toMediaPlan', () => {
  it('makes the mix and nothing else unless asked', () => expect(plan({})).toEqual(audioOnly));

  it.each([
    [{}, { isSeparate: false, sampleRate: 48_000, encoding: 'pcm', hasSpeechEvents: false }],
    [
      { streams: 'mixed', sample_rate: 16_000 },
      { isSeparate: false, sampleRate: 16_000, hasSpeechEvents: false },
    ],
    [
      { streams: 'mixed', speech_events: true },
      { isSeparate: false, hasSpeechEvents: true },
    ],
    [
      { streams: 'separate', sample_rate: 24_000 },
      { isSeparate: true, sampleRate: 24_000, hasSpeechEvents: true },
    ],
    [
      { streams: 'separate', speech_events: false },
      { isSeparate: true, hasSpeechEvents: false },
    ],
    [
      { streams: 'separate', encoding: 'opus' },
      { isSeparate: true, sampleRate: 48_000, encoding: 'opus' },
    ],
    [{ streams: null, sample_rate: null, encoding: null, speech_events: null }, audioOnly.liveAudio],
  ])('streams live audio as %j says', (given, expected) =>
    expect(plan({ live_audio_required: { ...socket, ...given } }).liveAudio).toMatchObject(expected),
  );

  it.each([
    [{}, {}, audioOnly.voice],
    [{ record: false }, { barge_in: 'stop' }, { isRecorded: false, isTranscribed: false, bargeIn: 'stop' }],
    [{ transcribe: true }, { barge_in: 'off' }, { isRecorded: true, isTranscribed: true, bargeIn: 'off' }],
    [{ record: null, transcribe: null }, { barge_in: null }, audioOnly.voice],
  ])("keeps the bot's voice as %j says, and reports barge-ins as %j", (bot_voice, given, expected) =>
    expect(plan({ recording_config: { bot_voice }, socket_connection_url: { ...socket, ...given } }).voice).toEqual(
      expected,
    ),
  );

  it.each([
    [
      ['join', 'leave'],
      [false, false],
    ],
    [['speech_on'], [true, false]],
    [
      ['join', 'speech_off'],
      [true, false],
    ],
    [['chat_message'], [false, true]],
  ])('has published what hooks want of %j', (names, expected) => {
    const hook = (events: string[]) => ({ url: 'https://a.example', events });
    const endpoints = [hook(['participant_events.join']), hook(names.map((name) => `participant_events.${name}`))];
    const { speechEvents, chatEvents } = plan({ recording_config: { realtime_endpoints: endpoints } });
    expect([speechEvents, chatEvents]).toEqual(expected);
  });

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

  it.each([
    [{ encoding: 'opus' }, []],
    [{ encoding: 'opus', streams: 'mixed', sample_rate: 24_000 }, ['live_audio_required.sample_rate']],
    [{ encoding: 'opus', streams: 'separate', sample_rate: 16_000 }, ['live_audio_required.sample_rate']],
    [{ encoding: 'opus', streams: 'separate', sample_rate: 48_000 }, []],
    [{ encoding: 'pcm', streams: 'mixed', sample_rate: 16_000 }, []],
  ])('of live audio as %j is refused for %j', (given, expected) =>
    expect(fields({ live_audio_required: { ...socket, ...given } }, 'web')).toEqual(expected),
  );

  it('is refused for live video in two spellings', () =>
    expect(fields({ live_video_required: socket, liveVideoRequired: socket }, 'web')).toEqual(['liveVideoRequired']));
});
