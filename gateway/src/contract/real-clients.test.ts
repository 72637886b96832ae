import { describe, expect, it } from 'vitest';
import { botKeyOf, withoutBotKey } from './bot-key.ts';
import { checkTogether, providerOf } from './bot-spec.ts';
import { createBotBody } from './create-bot.ts';
import { listQuery } from './list-query.ts';
import { toProblems } from './problems.ts';
import { toSpeech, type DefaultEngines } from './provider-choice.ts';
import { check } from './read.ts';
import { sendMessageBody } from './send-message.ts';
import { transcribeBody } from './transcriptions.ts';
import { keyWarnings, warningsOf } from './warnings.ts';
import { redeliverBody, redeliverRangeBody, rotateSecretBody } from './webhooks.ts';

const link = 'https://meet.google.com/abc-defg-hij';
const parse = (given: object) => createBotBody.parse({ meeting_link: link, ...given });
const problems = (given: object, schema: Parameters<typeof check>[0] = createBotBody) => {
  const { error } = check(schema, { meeting_link: link, ...given });
  return error ? toProblems(error).map(({ field, message }) => `${field} ${message}`) : [];
};
const speech = (given: object, defaults: DefaultEngines = { batch: 'deepgram', streaming: 'deepgram_streaming' }) => {
  const chosen = providerOf(parse(given));
  return chosen && toSpeech(chosen, defaults);
};
const asking = (provider: object) => ({ recording_config: { transcript: { provider } } });

describe('a field that is not wanted', () => {
  const optional = Object.keys(createBotBody.shape).filter((name) => name !== 'meeting_link');
  const flags = /required$|separate_streams$/;
  const objects = /^live/;

  it.each(optional)('may be null: %s', (name) => expect(parse({ [name]: null })).toEqual(parse({})));

  it.each(optional.filter((name) => !flags.test(name) || objects.test(name)))('may be an empty object: %s', (name) =>
    expect(parse({ [name]: {} })).toEqual(parse({})),
  );

  it.each([
    [{ live_transcription_required: { webhook_url: null, websocket_url: null, deepgram_api_key: null } }],
    [{ live_audio_required: { websocket_url: null } }],
    [{ zoom: { zak_url: null, obf_url: null } }],
    [{ recording_config: { transcript: null, retention: null, video_layout: null, realtime_endpoints: null } }],
    [{ recording_config: { transcript: { provider: null } } }],
    [{ automatic_leave: { waiting_room_timeout: null, in_call_recording_timeout: null, bot_detection: {} } }],
  ])('may be so within another: %j', (given) =>
    expect({ ...parse(given), recording_config: {}, automatic_leave: {} }).toEqual({
      ...parse({}),
      recording_config: {},
      automatic_leave: {},
    }),
  );

  it('is still named where it has to be there, or is not known', () => {
    expect(problems({ meeting_link: null })).toEqual(['meeting_link is required']);
    expect(problems({ bogus: null })).toEqual(['bogus is not a known field']);
    expect(problems({ video_required: {} })).toEqual(['video_required must be true or false']);
  });

  it.each([
    [sendMessageBody, { message: 'x' }, { metadata: null }],
    [sendMessageBody, { message: 'x' }, { metadata: {} }],
    [sendMessageBody, { message: 'x' }, { metadata: { message_type: null } }],
    [redeliverBody, {}, { message_ids: null }],
    [redeliverRangeBody, { from: '2024-01-01 00:00' }, { to: null }],
    [redeliverRangeBody, { from: '2024-01-01 00:00' }, { to: {} }],
    [rotateSecretBody, {}, { overlap_hours: null }],
    [transcribeBody, { provider: { deepgram: {} } }, { callback_url: null }],
    [transcribeBody, { provider: { deepgram: {} } }, { callback_url: {}, provider: { deepgram: null } }],
    [createBotBody, { meeting_link: link }, { recording_config: { retention: { type: null, hours: null } } }],
  ])('may be so in each body', (schema, needed, unwanted) => {
    const asked = schema.parse({ ...needed, ...unwanted });
    expect({ ...asked, metadata: undefined, recording_config: {} }).toEqual({
      ...schema.parse(needed),
      ...{ metadata: undefined, recording_config: {} },
    });
  });

  it('is told as lacking where the rest of it needs it', () => {
    const retention = { type: 'timed', hours: null };
    expect(problems({ recording_config: { retention } })).toEqual([
      'recording_config.retention.hours is required with type "timed"',
    ]);
  });

  it('keeps attributes as they are', () => {
    expect(parse({ custom_attributes: { a: null, b: {} } }).custom_attributes).toEqual({ a: null, b: {} });
  });

  it('may be a provider or an option of one', () => {
    expect(speech(asking({ deepgram: { model: null, language: 'de' }, assemblyai: null }))).toMatchObject({
      engine: 'deepgram',
      options: { model: 'nova-3', language: 'de' },
    });
  });
});

describe('what other clients send', () => {
  it('has the image under its older name, once', () => {
    expect(problems({ bot_image: 'https://a.example/x.png' })).toEqual([]);
    const both = parse({ bot_image: 'https://a.example/x.png', bot_image_url: 'https://a.example/y.png' });
    expect(checkTogether(both, 'zoom')).toMatchObject([{ field: 'bot_image' }]);
  });

  it('has a key, which is taken and kept out of what is stored and shown; one that is none is not repeated', () => {
    const url = 'https://a.example/x';
    const live = { webhook_url: url, deepgram_api_key: 'planted-secret-key' };
    const given = { ...asking({ deepgram_streaming: {} }), live_transcription_required: live };
    expect(problems(given)).toEqual([]);
    expect(botKeyOf(parse(given))).toBe('planted-secret-key');
    expect(JSON.stringify(withoutBotKey(given))).not.toContain('planted');
    expect(withoutBotKey(given)).toEqual({
      ...given,
      live_transcription_required: { webhook_url: url, deepgram_api_key: '***' },
    });
    const [problem] = problems({ live_transcription_required: { ...live, deepgram_api_key: 'planted, no key' } });
    expect(problem).toMatch(/^live_transcription_required\.deepgram_api_key must be 16 to 512 printable characters/);
    expect(problem).not.toContain('planted');
    expect(problems({ live_transcription_required: { webhook_url: url, deepgram_api_key: '' } })).toEqual([]);
  });

  it("asks for the vendor's own providers, which the operator's engines serve", () => {
    expect(speech(asking({ meetstream: {} }))).toMatchObject({
      engine: 'deepgram',
      options: { detect_language: true },
    });
    for (const provider of [{ meetstream: {} }, { deepgram: { detect_language: true, language: 'en' } }])
      expect(Object.keys(speech(asking(provider))?.options ?? {})).not.toContain('language');
    expect(speech(asking({ meetstream: { language: 'de' } }))).toMatchObject({
      engine: 'deepgram',
      options: { language: 'de', detect_language: false },
    });
    const others = { batch: 'assemblyai', streaming: 'assemblyai_streaming' } as const;
    expect(speech(asking({ meetstream: { language: 'de' } }), others)).toMatchObject({
      engine: 'assemblyai',
      options: { language_code: 'de' },
    });
    const live = { ...asking({ meetstream_streaming: {} }), live_transcription_required: { webhook_url: link } };
    expect(checkTogether(parse(live), 'zoom')).toEqual([]);
    expect(speech(live)).toMatchObject({ engine: 'deepgram_streaming', options: { transcription_mode: 'sentence' } });
    expect(speech(asking({ meetstream_streaming: { transcription_mode: 'word' } }), others)).toMatchObject({
      engine: 'assemblyai_streaming',
      options: { transcription_mode: 'word' },
    });
    expect(problems(asking({ meetstream: { translate: true } }))[0]).toContain('meetstream.translate is not available');
  });

  it('asks for deepgram as one did before there was a recording_config', () => {
    const transcription = { deepgram: { model: 'nova-2', language: 'fr' } };
    expect(speech({ transcription })).toMatchObject({
      engine: 'deepgram',
      options: { model: 'nova-2', language: 'fr' },
    });
    expect(problems({ transcription: { deepgram: { modle: 1 } } })).toEqual([
      'transcription.deepgram.modle is not a known option',
    ]);
    expect(problems({ transcription: { whisper: {} } })[0]).toMatch(/^transcription\.whisper is not available/);
    expect(checkTogether(parse({ transcription, ...asking({ deepgram: {} }) }), 'zoom')).toEqual([
      { field: 'transcription', message: 'cannot be given beside recording_config.transcript' },
    ]);
  });
});

describe('what this server has not', () => {
  const noSignIn = 'is not available: this server has no signed-in bots';
  const noZoom = 'is not available: this server has no bots that are signed in to Zoom';

  it.each([
    [{ zoom: 'hello' }, ['zoom must be an object']],
    [{ zoom: { zak_url: 'https://a.example/1' } }, [`zoom.zak_url ${noZoom}`]],
    [
      { zoom: { zak_url: 'https://a.example/1', obf_url: 'https://a.example/2' } },
      ['zoom takes zak_url or obf_url, not both', `zoom.zak_url ${noZoom}`, `zoom.obf_url ${noZoom}`],
    ],
    [{ google_meet: { login_required: true, google_login_domain: 'a.example' } }, [`google_meet ${noSignIn}`]],
    [{ google_meet: { sign_in_email: 'a@a.example' } }, [`google_meet ${noSignIn}`]],
    [{ google_meet: { login_required: false } }, []],
    [{ teams: { login_required: true, teams_login_domain: 'a.example' } }, [`teams ${noSignIn}`]],
    [{ teams: 5 }, ['teams must be an object']],
    [{ agent_config_id: 'a' }, ['agent_config_id is not available: this server has no hosted agents']],
    [{ agent_config_params: { a: 1 } }, ['agent_config_params is not available: this server has no hosted agents']],
    [{ workflow_config_ids: ['a'] }, ['workflow_config_ids is not available: this server has no workflows']],
    [{ workflow_config_ids: [] }, []],
    [{ live_video_required: 42 }, ['live_video_required must be a string or an object']],
    [{ live_video_required: { url: 1 } }, ['live_video_required.websocket_url is required']],
    [{ liveVideoRequired: { websocketUrl: 'wss://a.example' } }, []],
  ])('is refused: %j', (given, told) => expect(problems(given)).toEqual(told));

  it.each(['status', 'from', 'to', 'platform', 'custom_attr[team]', 'custom_attr'])(
    'is a list filtered by %s',
    (name) => {
      expect(problems({ [name]: 'x', limit: '5' }, listQuery)).toEqual([
        `${name} is not available: this server does not filter lists`,
      ]);
    },
  );

  it('is told of in warnings where it is taken', () => {
    const asked = parse({
      ...{
        video_required: true,
        audio_separate_streams: true,
        live_video_required: { websocket_url: 'wss://a.example' },
      },
      ...{ socket_connection_url: 'wss://a.example', audio_required: true },
      recording_config: { video_separate_streams: true, video_layout: 'grid_view' },
    });
    expect(warningsOf(asked, undefined)).toEqual([]);
    const unasked = parse({ video_required: false, audio_separate_streams: false, live_video_required: {} });
    expect(warningsOf(unasked, undefined)).toEqual([]);
    const english = warningsOf(parse(asking({ meetstream: {} })), 'assemblyai');
    expect(english).toEqual([expect.stringContaining('meetstream.language')]);
  });

  it('is told of where nobody has a key for the provider', () => {
    const field = 'recording_config.transcript.provider';
    const key = { provider: 'deepgram', lastFour: '1234', createdAt: undefined };
    const none = { keys: [], serverProviders: [] };
    expect(keyWarnings('deepgram_streaming', none)).toEqual([
      `${field}: there is no key for deepgram, yours or the server's; PUT /api/v1/provider_keys/deepgram stores yours`,
    ]);
    expect(keyWarnings('openai_compatible', none)).toEqual([
      `${field}: this server has no address of openai_compatible to ask`,
    ]);
    expect(keyWarnings('deepgram', { keys: [key], serverProviders: [] })).toEqual([]);
    expect(keyWarnings('assemblyai', { keys: [key], serverProviders: ['assemblyai'] })).toEqual([]);
    expect(keyWarnings('meeting_captions', none)).toEqual([]);
  });
});
