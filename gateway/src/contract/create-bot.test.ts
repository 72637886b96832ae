import { describe, expect, it } from 'vitest';
import { checkTogether, providerOf, toBotSpec } from './bot-spec.ts';
import { createBotBody } from './create-bot.ts';
import { toSpeech } from './provider-choice.ts';
import { toProblems } from './problems.ts';
import { check } from './read.ts';

const link = 'https://meet.google.com/abc-defg-hij';
const parse = (body: object) => createBotBody.parse({ meeting_link: link, ...body });
const problems = (body: object) => {
  const { error } = check(createBotBody, { meeting_link: link, ...body });
  return error ? toProblems(error).map(({ field, message }) => `${field} ${message}`) : [];
};
const defaultEngines = { batch: 'deepgram', streaming: 'deepgram_streaming' } as const;
const spec = (given: object) => {
  const body = parse(given);
  const chosen = providerOf(body);
  return toBotSpec(
    body,
    { platform: 'google-meet', url: link, meeting: 'meet.google.com/abc-defg-hij' },
    { callbackVersion: '2025-01', requestJson: '{}', speech: chosen && toSpeech(chosen, defaultEngines) },
  );
};

describe('createBotBody', () => {
  it('needs a meeting_link only, and defaults to the documented values', () => {
    expect(spec({})).toMatchObject({
      botName: 'Earshot',
      retentionHours: 168,
      leave: {
        waitingRoomSeconds: 600,
        everyoneLeftSeconds: 600,
        recordingLimitSeconds: 14_400,
        recordingDeniedSeconds: 60,
      },
      attributesJson: '{}',
    });
  });

  it('takes bare addresses where older clients send them', () => {
    expect(
      spec({ live_audio_required: 'wss://a.example/x', socket_connection_url: 'wss://a.example/y' }).destinations,
    ).toMatchObject({
      liveAudioSocketUrl: 'wss://a.example/x',
      controlSocketUrl: 'wss://a.example/y',
    });
  });

  it('names everything that is wrong with what is ours', () => {
    const url = { websocket_url: 'wss://a.example' };
    const live = (given: object) => problems({ live_audio_required: { ...url, ...given } });
    expect(live({ streams: 'all', sample_rate: 44_100, encoding: 'mp3', speech_events: 'yes', rate: 1 })).toEqual([
      'live_audio_required.streams must be one of "mixed", "separate"',
      'live_audio_required.sample_rate must be one of 16000, 24000, 48000',
      'live_audio_required.encoding must be one of "pcm", "opus"',
      'live_audio_required.speech_events must be true or false',
      'live_audio_required.rate is not a known field',
    ]);
    expect(problems({ socket_connection_url: { ...url, barge_in: true } })).toEqual([
      'socket_connection_url.barge_in must be one of "notify", "stop", "off"',
    ]);
    expect(problems({ socket_connection_url: { barge_in: 'stop' } })).toEqual([
      'socket_connection_url.websocket_url is required',
    ]);
    expect(problems({ socket_connection_url: 7 })).toEqual(['socket_connection_url must be a string or an object']);
    const recording = (given: object) => problems({ recording_config: given });
    expect(recording({ bot_voice: { record: 'no', transcribe: 1, recorded: true } })).toEqual([
      'recording_config.bot_voice.record must be true or false',
      'recording_config.bot_voice.transcribe must be true or false',
      'recording_config.bot_voice.recorded is not a known field',
    ]);
    const hook = { url: 'https://a.example', events: ['participant_events.speech'] };
    expect(recording({ realtime_endpoints: [hook] })).toEqual([
      expect.stringMatching(/^recording_config.realtime_endpoints.0.events.0 must be one of "participant_events.join"/),
    ]);
  });

  it('keeps unverified leave times within their bounds, and refuses the verified ones', () => {
    expect(spec({ automatic_leave: { everyone_left_timeout: 1, waiting_room_timeout: 99_999 } }).leave).toMatchObject({
      everyoneLeftSeconds: 5,
      waitingRoomSeconds: 600,
    });
    expect(
      problems({ automatic_leave: { in_call_recording_timeout: 10, recording_permission_denied_timeout: 301 } }),
    ).toEqual([
      'automatic_leave.in_call_recording_timeout must be at least 600 seconds',
      'automatic_leave.recording_permission_denied_timeout must not exceed 300 seconds',
    ]);
  });

  it('takes the names of other bots, with their times within the bounds', () => {
    const detect = (using_participant_names: object) => ({
      automatic_leave: { bot_detection: { using_participant_names } },
    });
    expect(spec(detect({ matches: [' Notetaker ', 'otter'] })).leave?.botDetection).toEqual({
      nameParts: ['Notetaker', 'otter'],
      activateAfterSeconds: 300,
      timeoutSeconds: 5,
    });
    expect(spec(detect({ matches: ['x'], activate_after: 1, timeout: 9999 })).leave?.botDetection).toMatchObject({
      activateAfterSeconds: 60,
      timeoutSeconds: 300,
    });
    expect(spec({}).leave?.botDetection).toBeUndefined();
    const field = 'automatic_leave.bot_detection.using_participant_names';
    expect(problems(detect({ matches: [] }))).toEqual([`${field}.matches needs at least one`]);
    expect(problems(detect({ matches: ['x', ' '] }))).toEqual([`${field}.matches.1 must not be empty`]);
    expect(problems(detect({ matches: ['x'], after: 1 }))).toEqual([`${field}.after is not a known field`]);
  });

  it('names every unknown field and option', () => {
    expect(
      problems({ bot_nmae: 'x', recording_config: { transcript: { provider: { deepgram: { modle: 'x' } } } } }),
    ).toEqual([
      'recording_config.transcript.provider.deepgram.modle is not a known option',
      'bot_nmae is not a known field',
    ]);
  });

  it('wants exactly one provider, a known one', () => {
    expect(problems({ recording_config: { transcript: { provider: { deepgram: {}, assemblyai: {} } } } })[0]).toContain(
      'exactly one provider',
    );
    expect(problems({ recording_config: { transcript: { provider: {} } } })[0]).toContain('exactly one provider');
    expect(problems({ recording_config: { transcript: { provider: { whisper: {} } } } })[0]).toContain(
      'provider.whisper is not a known provider',
    );
  });

  it('gives a provider its documented options', () => {
    const { speech } = spec({ recording_config: { transcript: { provider: { deepgram_streaming: {} } } } });
    expect(speech?.engine).toBe('deepgram_streaming');
    expect(JSON.parse(speech?.optionsJson ?? '')).toMatchObject({
      model: 'nova-2',
      transcription_mode: 'sentence',
      endpointing: 300,
    });
  });

  it.each([
    [{ deepgram_streaming: { utterance_end_ms: 999 } }, 'deepgram_streaming.utterance_end_ms'],
    [{ deepgram_streaming: { transcription_mode: 'letter' } }, 'deepgram_streaming.transcription_mode'],
    [{ assemblyai_streaming: { sample_rate: 4000 } }, 'assemblyai_streaming.sample_rate'],
    [{ assemblyai_streaming: { vad_threshold: '1.5' } }, 'assemblyai_streaming.vad_threshold'],
    [{ assemblyai: { speech_models: [] } }, 'assemblyai.speech_models'],
  ])('refuses an option out of its bounds and names it: %o', (provider, field) => {
    expect(problems({ recording_config: { transcript: { provider } } })[0]).toContain(
      `recording_config.transcript.provider.${field} `,
    );
  });

  it('reads timed retention, and takes anything else for the default', () => {
    expect(spec({ recording_config: { retention: { type: 'timed', hours: 24 } } }).retentionHours).toBe(24);
    expect(spec({ recording_config: { retention: { type: 'forever' } } }).retentionHours).toBe(168);
    expect(problems({ recording_config: { retention: { type: 'timed' } } })).toEqual([
      'recording_config.retention.hours is required with type "timed"',
    ]);
  });

  it.each([
    ['callback_url', (url: string) => ({ callback_url: url })],
    ['bot_image_url', (url: string) => ({ bot_image_url: url })],
    ['bot_image', (url: string) => ({ bot_image: url })],
    ['live_video_required.websocket_url', (url: string) => ({ live_video_required: { websocket_url: url } })],
    ['meeting_link', (url: string) => ({ meeting_link: url })],
    ['live_audio_required.websocket_url', (url: string) => ({ live_audio_required: { websocket_url: url } })],
    ['socket_connection_url.websocket_url', (url: string) => ({ socket_connection_url: { websocket_url: url } })],
    [
      'live_transcription_required.webhook_url',
      (url: string) => ({ live_transcription_required: { webhook_url: url } }),
    ],
    [
      'recording_config.realtime_endpoints.0.url',
      (url: string) => ({ recording_config: { realtime_endpoints: [{ url, events: ['participant_events.join'] }] } }),
    ],
  ])('takes a %s of 2048 characters and refuses a longer one', (field, body) => {
    const address = `https://a.example/${'x'.repeat(2048 - 18)}`;
    expect(problems(body(address))).toEqual([]);
    expect(problems(body(`${address}x`))).toEqual([`${field} must have at most 2048 characters`]);
  });

  it('takes attributes of 16 kB and ten deep, and refuses larger and deeper ones', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    const sized = (bytes: number) => ({ a: `ä${'x'.repeat(bytes - 10)}` });
    expect(Buffer.byteLength(JSON.stringify(sized(16_384)))).toBe(16_384);
    expect(problems({ custom_attributes: sized(16_384) })).toEqual([]);
    expect(problems({ custom_attributes: sized(16_385) })).toEqual([
      'custom_attributes must be at most 16384 bytes of JSON',
    ]);
    expect(problems({ custom_attributes: { a: nested(9) } })).toEqual([]);
    expect(problems({ custom_attributes: { a: nested(10) } })).toEqual([
      'custom_attributes must not be nested more than 10 deep',
    ]);
  });

  it('refuses options of a provider that are larger than 16 kB', () => {
    const provider = { deepgram: { keywords: Array.from({ length: 100 }, () => 'x'.repeat(200)) } };
    expect(problems({ recording_config: { transcript: { provider } } })).toEqual([
      'recording_config.transcript.provider.deepgram must be at most 16384 bytes of JSON',
    ]);
  });

  it('takes captions for a streaming provider, where a platform has them', () => {
    const body = parse({
      live_transcription_required: { webhook_url: 'https://a.example/x' },
      recording_config: { transcript: { provider: { meeting_captions: {} } } },
    });
    for (const platform of ['google-meet', 'teams', 'zoom'] as const) expect(checkTogether(body, platform)).toEqual([]);
    expect(checkTogether(body, 'web')).toEqual([
      {
        field: 'recording_config.transcript.provider.meeting_captions',
        message: 'is there for Google Meet, Zoom, Microsoft Teams only',
      },
    ]);
  });

  it('refuses live words without a streaming provider, in the documented words', () => {
    const body = parse({ live_transcription_required: { webhook_url: 'https://a.example/x' } });
    expect(checkTogether(body, 'google-meet')[0]?.message).toMatch(
      /^live_transcription_required\.webhook_url is provided but no streaming provider found\./,
    );
  });
});
