import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { randomUUID } from 'node:crypto';
import { connectBroker } from '@earshot/events';
import { eventually, testServers } from '@earshot/harness';
import { AppError, silentLog } from '@earshot/kernel';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { spec, startScheduler } from '../scheduler/fixture.ts';
import { openGateway } from './open-gateway.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const absent = () => Promise.reject(new AppError('not-found', 'no such thing'));
const noTranscripts = {
  listTranscripts: async () => ({ transcripts: [] }),
  async *readTranscript() {
    await absent();
  },
};

/** Erases, as the real one does, what has ended and nothing else. */
const retention = {
  async eraseNow({ botId }: { botId: string }) {
    const { state } = await scheduler.bots.findBot({ botId });
    if (state !== 'BOT_STATE_FAILED') throw new AppError('failed-precondition', 'the bot has not finished');
    await scheduler.bots.markErased({ botId, erasedAt: new Date(), final: true });
    return { deletedObjects: 1 };
  },
};

let parts: AsyncDisposableStack;
let scheduler: Awaited<ReturnType<typeof startScheduler>>;
let gateway: Awaited<ReturnType<typeof openGateway>>;

/** The public routes before a real scheduler; nobody has recorded or transcribed anything. */
beforeAll(async () => {
  parts = new AsyncDisposableStack();
  scheduler = parts.use(await startScheduler());
  const media = { getParticipants: absent, getChat: absent, getRecording: absent };
  const settings = { publicUrl: 'https://earshot.example', webMeetingHosts: [], defaultCallbackVersion: '2025-01' };
  const peers = { media, transcriber: noTranscripts, retention, settings };
  gateway = parts.use(await openGateway({ scheduler: scheduler.bots, ...peers }));
});
afterAll(() => parts.disposeAsync());

async function order(given: object = {}) {
  const speech = { engine: 'deepgram', optionsJson: '{}', way: TranscriptionWay.RECORDED };
  const { bot } = await scheduler.bots.createBot({
    ...{ accountId: 'account-1', idempotencyKey: '', orderedByKey: '' },
    spec: spec({ joinAt: new Date('2035-01-01T10:00:00Z'), speech, ...given }),
  });
  return bot!;
}

async function ask(path: string, key = 'account-1', method = 'GET') {
  const answer = await gateway.ask(`/api/v1${path}`, { key, method });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

it('answers 202 for a transcript that was ordered, by its id and by the bot, until it is there', async () => {
  const { botId, transcriptId } = await order();
  const tooEarly = {
    status: 202,
    body: { message: 'Transcript is still being processed. Current status: Scheduled' },
  };
  expect(await ask(`/transcript/${transcriptId}/get_transcript`)).toEqual(tooEarly);
  expect(await ask(`/transcript/${transcriptId}/get_transcript?format=srt`)).toEqual(tooEarly);
  expect(await ask(`/bots/${botId}/get_transcript`)).toEqual(tooEarly);
});

it('answers 404 for a transcript that there will not be, and 403 for that of another account', async () => {
  const { botId, transcriptId } = await order();
  const path = `/transcript/${transcriptId}/get_transcript`;
  expect((await ask(path, 'account-2')).status).toBe(403);
  expect((await ask(`/transcript/${randomUUID()}/get_transcript`)).status).toBe(404);
  expect((await ask('/transcript/x/get_transcript')).status).toBe(404);
  const silent = await order({ speech: undefined });
  expect((await ask(`/bots/${silent.botId}/get_transcript`)).status).toBe(404);
  await scheduler.bots.stopBot({ botId, accountId: 'account-1' });
  expect((await ask(path)).status).toBe(404);
});

it('shows nobody and nothing, which is no error; of an unknown bot it is', async () => {
  const { botId } = await order();
  expect(await ask(`/bots/${botId}/get_participants`)).toEqual({ status: 200, body: [] });
  expect(await ask(`/bots/${botId}/get_chats`)).toMatchObject({
    ...{ status: 200, body: { speakers: [], chatMessages: [], messagesBySpeaker: {} } },
  });
  expect((await ask(`/bots/${botId}/detail`)).body).toMatchObject({
    bot_details: {
      participant_events: [],
      message: null,
      reason: null,
      StatusTimeline: { Scheduled: { status: true } },
    },
  });
  for (const what of ['get_participants', 'get_chats', 'detail', 'status', 'get_transcript'])
    expect((await ask(`/bots/${randomUUID()}/${what}`)).status).toBe(404);
});

it('says why a bot ended that never was in its meeting, also once its data is erased', async () => {
  const { botId } = await order();
  await scheduler.bots.stopBot({ botId, accountId: 'account-1' });
  const why = { reason: 'stop-ordered', message: 'Bot was removed by request', advice: expect.any(String) as string };
  expect((await ask(`/bots/${botId}/status`)).body).toMatchObject(why);
  // There was no visit to be long; its end is that of the order.
  const { StartTime, EndTime, Duration, StatusTimeline } = (await ask(`/bots/${botId}/detail`)).body[
    'bot_details'
  ] as Record<string, unknown>;
  const { Stopped } = StatusTimeline as { Stopped: { timestamp: string } };
  expect({ StartTime, EndTime, Duration }).toEqual({ StartTime: null, EndTime: Stopped.timestamp, Duration: null });
  await scheduler.bots.markErased({ botId, erasedAt: new Date(), final: true });
  expect((await ask(`/bots/${botId}/status`)).body).toMatchObject({ status: 'MediaExpired', ...why });
  expect((await ask(`/bots/${botId}/detail`)).body).toMatchObject({
    bot_details: { ...why, StatusTimeline: { Stopped: { status: true, ...why }, MediaExpired: { status: true } } },
  });
});

it('knows the meeting of a deduplication key again by any spelling of its link, and tells another from it', async () => {
  const create = async (meeting_link: string) => {
    const body = JSON.stringify({ meeting_link, join_at: '2035-01-01T10:00:00Z', deduplication_key: 'monday' });
    const headers = { 'content-type': 'application/json' };
    const answer = await gateway.ask('/api/v1/bots/create_bot', { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as { bot_id: string } };
  };
  const first = await create('https://us02web.zoom.us/j/81234567890?pwd=abc.1');
  expect(first.status).toBe(201);
  for (const again of [
    'https://us02web.zoom.us/j/81234567890?pwd=abc.1',
    'https://app.zoom.us/wc/81234567890/join?pwd=abc.1',
    'Join: <https://www.google.com/url?q=https%3A%2F%2Fzoom.us%2Fj%2F81234567890&sa=D>',
  ])
    expect(await create(again)).toMatchObject({ status: 200, body: { bot_id: first.body.bot_id } });
  const other = await create('https://us02web.zoom.us/j/81234567891?pwd=abc.1');
  expect(other).toMatchObject({ status: 409, body: { message: expect.stringContaining('another meeting') as string } });
  expect((await ask(`/bots/${first.body.bot_id}/delete`, 'account-1', 'DELETE')).status).toBe(200);
  const late = await create('https://us02web.zoom.us/j/81234567890?pwd=abc.1');
  expect(late).toMatchObject({ status: 409, body: { message: expect.stringContaining('is deleted') as string } });
});

it("tells the page's own words about the end, cleaned and bounded, at every place, and forgets them with the data", async () => {
  const { natsUrl } = testServers();
  await using broker = await connectBroker({ url: natsUrl, name: 'ears', log: silentLog });
  const { botId } = await order({ joinAt: undefined });
  const heard: string[] = [];
  broker.subscribeEphemeral(`bots.${botId}.*`, (_, payload) => heard.push(Buffer.from(payload).toString('latin1')));
  await broker.connection.flush();
  await using joiner = scheduler.joiner();
  joiner.heartbeat([], 100);
  await joiner.order('assign', { botId });
  const words = 'the platform did not let the bot in: No bots, please';
  const value = { reason: 'END_REASON_BLOCKED', retryable: false, recordingPending: false } as const;
  const detail = `${words.replace('No', '\u0000No')}${'!'.repeat(600)}`;
  await joiner.see({ botId, epoch: 1 }, { $case: 'ended', value: { ...value, detail } });
  const told = { reason: 'blocked', detail: `${words}${'!'.repeat(500 - words.length)}` };
  expect((await ask(`/bots/${botId}/status`)).body).toMatchObject({ status: 'Failed', ...told });
  const { body } = await ask(`/bots/${botId}/detail`);
  expect(body).toMatchObject({ bot_details: { ...told, StatusTimeline: { Stopped: told, Error: told } } });
  await eventually(async () => heard.length > 1, { signal: AbortSignal.timeout(10_000) });
  expect(heard.join()).not.toContain('No bots');
  await scheduler.bots.markErased({ botId, erasedAt: new Date(), final: true });
  expect((await ask(`/bots/${botId}/status`)).body).toMatchObject({ reason: 'blocked', detail: null });
  expect(JSON.stringify((await ask(`/bots/${botId}/detail`)).body)).not.toContain('No bots');
});

it('cancels and erases in one call a bot that still waits for its time, for its account alone', async () => {
  const { botId } = await order();
  const erase = (key: string) => ask(`/bots/${botId}/delete`, key, 'DELETE');
  expect((await erase('account-2')).status).toBe(403);
  expect((await ask(`/bots/${botId}/status`)).body).toMatchObject({ status: 'Scheduled' });
  expect(await erase('account-1')).toMatchObject({ status: 200, body: { bot_id: botId, success: true } });
  expect((await ask(`/bots/${botId}/status`)).body).toMatchObject({ status: 'MediaExpired', reason: 'stop-ordered' });
});

it('deletes no bot that has set out', async () => {
  const { botId } = await order({ joinAt: undefined });
  expect((await ask(`/bots/${botId}/delete`, 'account-1', 'DELETE')).status).toBe(409);
  expect((await ask(`/bots/${botId}/status`)).body).toMatchObject({ status: 'Joining', reason: null });
});

it('pauses and resumes a recording on every platform, as often as asked, and refuses it elsewhere', async () => {
  await using joiner = scheduler.joiner();
  joiner.heartbeat([], 10);
  for (const platform of ['PLATFORM_ZOOM', 'PLATFORM_WEB'] as const) {
    const { botId } = await order({ joinAt: undefined, platform });
    const pause = (command: string, key?: string) => ask(`/bots/${botId}/${command}`, key, 'POST');
    const accepted = (command: string) => ({ status: 200, body: { status: 'accepted', bot_id: botId, command } });
    expect((await pause('pause_recording')).status).toBe(409);
    const ref = { botId, epoch: 1 };
    await joiner.order('assign', ref);
    await joiner.see(ref, { $case: 'entered', value: {} });
    await joiner.see(ref, { $case: 'recordingStarted', value: {} });
    for (const command of ['pause_recording', 'pause_recording'])
      expect(await pause(command)).toEqual(accepted(command));
    await joiner.see(ref, { $case: 'recordingPaused', value: { paused: true } });
    expect((await ask(`/bots/${botId}/status`)).body).toMatchObject({ status: 'Recording', recording_paused: true });
    expect((await ask(`/bots/${botId}/detail`)).body).toMatchObject({
      bot_details: { Status: 'Recording', recording_pauses: [{ paused_at: expect.any(String), resumed_at: null }] },
    });
    expect(await pause('resume_recording')).toEqual(accepted('resume_recording'));
    await joiner.see(ref, { $case: 'recordingPaused', value: { paused: false } });
    expect((await ask(`/bots/${botId}/status`)).body).toMatchObject({ status: 'Recording', recording_paused: false });
    expect((await pause('pause_recording', 'account-2')).status).toBe(403);
    expect((await pause('pause_recording', 'wrong')).status).toBe(403);
  }
  expect((await ask(`/bots/${randomUUID()}/pause_recording`, 'account-1', 'POST')).status).toBe(404);
});
