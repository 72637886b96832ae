import { z } from 'zod';

/** What stands in the places of ids and addresses. */
export interface World {
  /** Bots of the one who asks, in different states. */
  readonly bots: readonly string[];
  readonly transcripts: readonly string[];
  /** Of another account. */
  readonly foreignBot: string;
  /** An address that may be called, and where nobody listens. */
  readonly sink: string;
  readonly keys: readonly string[];
}

type Body = (world: World) => Record<string, unknown>;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{bot_id}`, `{transcript_id}` and `{provider}` where they stand. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly bodies?: readonly Body[];
  /** What each status is documented to be answered with; all others are errors. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
}

const text = z.string();
const timeOrNull = z.iso.datetime().nullable();
const told = z.strictObject({ message: text.min(1) });
const nullable = text.nullable();
const ending = { message: nullable, reason: nullable, advice: nullable, detail: nullable };
const reason = { ...ending, warnings: z.array(text) };
const ordered = z.strictObject({
  ...{ bot_id: z.uuid(), transcript_id: z.uuid().nullable(), meeting_url: z.url(), status: text },
  warnings: z.array(text),
});
const detail = z.object({ bot_details: z.looseObject({ ...reason, StatusTimeline: z.looseObject({}) }) });
const attempt = z.strictObject({
  ...{ at: timeOrNull, status_code: z.int().nullable(), latency_ms: z.int(), error: text.nullable(), response: text },
});
const delivery = {
  ...{ message_id: text, event: text, url: text, status: text, created_at: timeOrNull, next_attempt_at: timeOrNull },
  attempts: z.array(attempt),
};
const page = { hasNextPage: z.boolean(), nextCursor: text.nullable() };
const key = z.strictObject({ provider: text, last_four: text.length(4), created_at: timeOrNull });
const secrets = z.strictObject({
  secrets: z.array(z.strictObject({ secret: text, created_at: timeOrNull, valid_until: timeOrNull })).min(1),
});
const erased = z.strictObject({ message: text, bot_id: z.uuid(), deleted_objects: z.int(), success: z.literal(true) });
const transcript = { 200: z.union([z.array(z.looseObject({})), z.looseObject({}), text]), 202: told };
const stopped = { 200: z.strictObject({ message: text, bot_id: z.uuid() }) };
const transcriptQuery = { raw: 'true', format: 'vtt' };

const link = 'https://meet.google.com/abc-defg-hij';
const order: Body = ({ sink }) => ({
  meeting_link: link,
  bot_name: 'Notes',
  audio_required: true,
  video_required: false,
  bot_message: 'Hello',
  bot_image_url: `http://${sink}/a.png`,
  callback_url: `http://${sink}/{bot_id}`,
  callback_version: '2026-06',
  join_at: '2035-01-01T10:00:00Z',
  custom_attributes: { tenant: 'a', nested: { list: [1, 'two', null] } },
  live_transcription_required: { webhook_url: `http://${sink}/live` },
  live_audio_required: {
    websocket_url: `ws://${sink}/audio`,
    ...{ streams: 'separate', sample_rate: 48_000, encoding: 'opus', speech_events: false },
  },
  live_video_required: { websocketUrl: `ws://${sink}/video` },
  socket_connection_url: { websocket_url: `ws://${sink}/control`, barge_in: 'stop' },
  recording_config: {
    transcript: { provider: { deepgram_streaming: { model: 'nova-2', endpointing: 300, transcription_mode: 'raw' } } },
    retention: { type: 'timed', hours: 1 },
    realtime_endpoints: [
      {
        type: 'webhook',
        url: `http://${sink}/people`,
        events: ['participant_events.join', 'participant_events.chat_message'],
      },
    ],
    video_layout: 'grid_view',
    bot_voice: { record: false, transcribe: true },
  },
  automatic_leave: {
    waiting_room_timeout: 100,
    everyone_left_timeout: 60,
    in_call_recording_timeout: 600,
    bot_detection: { using_participant_names: { matches: ['bot'], activate_after: 300, timeout: 5 } },
  },
  zoom: null,
  google_meet: { login_required: false },
});
/** One that goes at once, and comes back ended. */
const visit: Body = ({ sink }) => ({ meeting_link: link, callback_url: `http://${sink}/x`, deduplication_key: 'same' });
const older: Body = () => ({
  meeting_link: 'https://us02web.zoom.us/j/85123456789?pwd=abc',
  join_at: '2035-01-01 10:00:00',
  transcription: { deepgram: { keywords: ['one'], utt_split: 0.8 } },
});
const captions: Body = () => ({
  meeting_link: 'https://teams.live.com/meet/9312345678901?p=abcdefg',
  join_at: '2035-01-01 10:00:00',
  recording_config: { transcript: { provider: { meeting_captions: {}, assemblyai: null } } },
});

const get = (path: string, answer: z.ZodType, query?: Route['query']): Route => ({
  ...{ method: 'GET', path: `/api/v1${path}`, answers: { 200: answer } },
  ...(query && { query }),
});
const post = (path: string, bodies: readonly Body[], answers: Route['answers']): Route => ({
  ...{ method: 'POST', path: `/api/v1${path}`, bodies, answers },
});
const ofBot = '/bots/{bot_id}';

const videoAnswer = z.strictObject({ video_url: z.url(), video_info: z.looseObject({ corrupted_frames: z.int() }) });
const speakerTimeline = z.looseObject({ chunks: z.array(z.looseObject({ chunkIndex: z.int() })) });
const streams = z.looseObject({ bot_id: z.uuid(), participants: z.array(z.unknown()), summary: z.looseObject({}) });

/** Every call that is documented, with bodies that are right and what is answered to them. */
export const routes: readonly Route[] = [
  ...['create_bot', 'create_bot', 'create_bot', 'create_agent'].map((name) =>
    post(`/bots/${name}`, [order, order, visit, older, captions], { 200: ordered, 201: ordered, 507: ordered }),
  ),
  get('/bots', z.strictObject({ bots: z.array(z.looseObject({})), ...page }), { limit: '5', cursor: '' }),
  get(
    `${ofBot}/status`,
    z.strictObject({
      ...{ bot_id: z.uuid(), status: text },
      ...reason,
      recording_paused: z.boolean(),
      custom_attributes: z.looseObject({}),
    }),
  ),
  get(`${ofBot}/detail`, detail),
  get(`${ofBot}/details`, detail),
  { ...get(`${ofBot}/remove_bot`, text), answers: stopped },
  post(`${ofBot}/remove_bot`, [], stopped),
  post(`${ofBot}/send_message`, [() => ({ message: 'Hello', metadata: { message_type: 'text' } })], {
    200: z.strictObject({ status: z.literal('accepted'), bot_id: z.uuid(), command: z.literal('sendmsg') }),
  }),
  post(
    `${ofBot}/speak`,
    [
      () => ({ text: 'Hello' }),
      () => ({ audio: 'AAECAw==', content_type: 'audio/L16;rate=8000;channels=2' }),
      () => ({ audio: 'UklGRg==', text: null }),
    ],
    {
      200: z.strictObject({
        ...{ status: z.literal('accepted'), bot_id: z.uuid(), command: z.literal('speak') },
        ...{ speech_id: z.uuid(), duration_ms: z.int() },
      }),
    },
  ),
  {
    ...{ method: 'DELETE', path: `/api/v1${ofBot}/speak` },
    answers: {
      200: z.strictObject({
        ...{ status: z.literal('accepted'), bot_id: z.uuid(), command: z.literal('interrupt') },
        speech_ids: z.array(z.uuid()),
      }),
    },
  },
  post(
    `${ofBot}/send_image`,
    [({ sink }) => ({ img_url: `http://${sink}/a.png`, display_duration: 5, metadata: { message_type: 'image' } })],
    { 200: z.strictObject({ status: z.literal('accepted'), bot_id: z.uuid(), command: z.literal('sendimg') }) },
  ),
  ...['pause_recording', 'resume_recording'].map((command) =>
    post(`${ofBot}/${command}`, [], {
      200: z.strictObject({ status: z.literal('accepted'), bot_id: z.uuid(), command: z.literal(command) }),
    }),
  ),
  {
    ...get(`${ofBot}/get_audio`, text),
    answers: {
      200: z.strictObject({ audio_url: z.url(), duration_seconds: z.number() }),
      202: z.looseObject({ audio_status: z.literal('in_progress'), message: text }),
    },
    query: { format: 'opus' },
  },
  ...Object.entries({ get_video: videoAnswer, get_recording_streams: streams, get_audio_streams: streams }).map(
    ([path, answer]): Route => ({
      ...get(`${ofBot}/${path}`, answer, path === 'get_video' ? { layout: 'speaker_view' } : undefined),
      answers: { 200: answer, 202: z.looseObject({ stage: text, progress: z.number(), message: text }) },
    }),
  ),
  {
    ...get(`${ofBot}/get_speaker_timeline`, speakerTimeline),
    answers: { 200: speakerTimeline, 202: z.looseObject({ audio_status: text, message: text }) },
  },
  post(`${ofBot}/compose`, [() => ({ layout: 'grid_view' }), () => ({ layout: 'speaker_view' })], {
    202: z.strictObject({ bot_id: z.uuid(), composition: z.looseObject({ kind: z.literal('video'), status: text }) }),
  }),
  get(`${ofBot}/get_participants`, z.array(z.looseObject({}))),
  get(`${ofBot}/get_chats`, z.looseObject({ speakers: z.array(z.unknown()), chatMessages: z.array(z.unknown()) })),
  get(`${ofBot}/get_screenshots`, z.looseObject({ bot_id: z.uuid(), screenshots: z.array(z.looseObject({})) })),
  { ...get('/transcript/{transcript_id}/get_transcript', text, transcriptQuery), answers: transcript },
  { ...get(`${ofBot}/get_transcript`, text, transcriptQuery), answers: transcript },
  post(
    `${ofBot}/transcribe`,
    [({ sink }) => ({ provider: { assemblyai: { speaker_labels: true } }, callback_url: `http://${sink}/again` })],
    { 200: z.strictObject({ bot_id: z.uuid(), transcript_id: z.uuid(), provider: text, message: text }) },
  ),
  get(
    `${ofBot}/transcriptions`,
    z.strictObject({ bot_id: z.uuid(), transcriptions: z.array(z.looseObject({ transcript_id: z.uuid() })) }),
  ),
  { method: 'DELETE', path: `/api/v1${ofBot}/delete`, answers: { 200: erased } },
  get(`${ofBot}/delete_data`, erased),
  get(`${ofBot}/deliveries`, z.strictObject({ bot_id: z.uuid(), deliveries: z.array(z.strictObject(delivery)) })),
  post(`${ofBot}/redeliver`, [() => ({ message_ids: ['a'] }), () => ({})], {
    200: z.looseObject({ requeued: z.int() }),
  }),
  get(
    '/deliveries/dead',
    z.strictObject({ deliveries: z.array(z.strictObject({ bot_id: z.uuid(), ...delivery })), ...page }),
    {
      ...{ from: '2024-01-01T00:00:00Z', to: '2035-01-01', limit: '10', cursor: '' },
    },
  ),
  post('/deliveries/redeliver', [() => ({ from: '2024-01-01T00:00:00Z', to: '2024-01-02T00:00:00Z' })], {
    200: z.looseObject({ requeued: z.int() }),
  }),
  get('/endpoints', z.strictObject({ endpoints: z.array(z.looseObject({ url: text, status: text })) })),
  post('/endpoints/enable', [({ sink }) => ({ url: `http://${sink}/x` })], {
    200: z.strictObject({ message: text, url: text }),
  }),
  get('/webhook_secret', secrets),
  post('/webhook_secret/rotate', [() => ({ overlap_hours: 0 })], { 200: secrets }),
  { ...post('/provider_keys/{provider}', [() => ({ api_key: 'sk-0123456789abcdef' })], { 200: key }), method: 'PUT' },
  get('/provider_keys', z.strictObject({ provider_keys: z.array(key) })),
  {
    ...{ method: 'DELETE', path: '/api/v1/provider_keys/{provider}' },
    answers: { 200: z.strictObject({ message: text, provider: text }) },
  },
  { method: 'GET', path: '/artifacts/{token}', answers: {} },
  { method: 'GET', path: '/healthz', answers: { 200: z.strictObject({ status: z.literal('ok') }) } },
  { method: 'GET', path: '/readyz', answers: { 200: z.looseObject({ status: text }) } },
];
