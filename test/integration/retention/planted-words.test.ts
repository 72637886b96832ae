import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createApi, eventually, Watched } from '@earshot/harness';
import { silentLog } from '@earshot/kernel';
import { freePorts, startStack } from '@earshot/stack';
import { findWords } from './search.ts';
import { openTalkingJoiner } from './whole-visit.ts';

vi.setConfig({ testTimeout: 180_000 });

const signal = () => AbortSignal.timeout(90_000);

const words = {
  ...{ passcode: 'plantedpasscode', name: 'Plantedbotname', message: 'plantedgreeting', image: 'plantedimage' },
  ...{ attribute: 'plantedattribute', callback: 'plantedcallback', socket: 'plantedsocket', live: 'plantedlive' },
  ...{ hook: 'plantedhook', answer: 'plantedanswer', key: 'plantedkey' },
  visit: { name: 'Plantedperson', chat: 'plantedchat', caption: 'plantedspeech', page: '<p>plantedpage</p>' },
};
const planted = [...Object.values({ ...words, visit: '' }), ...Object.values(words.visit)].filter(
  (word) => word !== '',
);

/** A customer's server that refuses the first callback, and says why. */
async function startReceiver() {
  const watched = new Watched();
  const events: string[] = [];
  let isFirst = true;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (isFirst) response.writeHead(500).end(words.answer);
      else response.writeHead(200).end(words.answer);
      if (!isFirst) events.push((JSON.parse(Buffer.concat(chunks).toString() || '{}') as { event: string }).event);
      isFirst = false;
      watched.changed();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ watched, events, host: `127.0.0.1:${port}` },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

it('leaves nothing of what was ordered, said and written once a bot is deleted, in any table, stream, file and log', async () => {
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-planted-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const receiver = parts.use(await startReceiver());
  const stack = parts.use(
    await startStack({
      root: resolve(import.meta.dirname, '../../..'),
      dataDir,
      ports: await freePorts(),
      isThrowaway: true,
      settings: { ...process.env, EGRESS_ALLOW: '127.0.0.1', LOG_LEVEL: 'debug' },
      only: ['gateway', 'scheduler', 'media-streamer', 'transcriber', 'composer', 'retention', 'notifier'],
      log: silentLog,
    }),
  );
  const at = (port: number) => `127.0.0.1:${port}`;
  const addresses = { scheduler: at(stack.ports.scheduler), media: at(stack.ports.media) };
  const identity = stack.identity('joiner');
  const joiner = parts.use(openTalkingJoiner({ ...addresses, identity }, words.visit));
  const api = createApi(stack);
  const web = `http://${receiver.host}`;
  const { status, body: ordered } = await api.request('POST', '/bots/create_bot', {
    meeting_link: `https://us05web.zoom.us/j/86412345678?pwd=${words.passcode}`,
    ...{ bot_name: words.name, bot_message: words.message, bot_image_url: `${web}/${words.image}.png` },
    ...{ callback_url: `${web}/callbacks?token=${words.callback}`, callback_version: '2026-06' },
    custom_attributes: { [words.attribute]: words.attribute },
    deduplication_key: words.key,
    audio_separate_streams: true,
    live_audio_required: { websocket_url: `ws://${receiver.host}/${words.socket}?token={token}` },
    live_transcription_required: { webhook_url: `${web}/live?token=${words.live}` },
    recording_config: {
      transcript: { provider: { meeting_captions: {} } },
      realtime_endpoints: [
        { url: `${web}/hooks?token=${words.hook}`, events: ['participant_events.join', 'participant_events.leave'] },
      ],
    },
  });
  expect([status, ordered]).toMatchObject([201, { bot_id: expect.any(String) as string }]);
  const path = `/bots/${ordered.bot_id}`;
  await joiner.visited;
  const isDone = async () => (await api.request('GET', `${path}/status`)).body.status === 'Done';
  await eventually(isDone, { signal: signal() });
  await receiver.watched.until(() => receiver.events.includes('bot.done'), signal());

  // Files of single participants carry their names; nobody waits for them to be done.
  const streams = () => api.request('GET', `${path}/get_audio_streams`);
  const { body: files } = await eventually(
    async () => {
      const answer = await streams();
      return answer.status !== 202 && answer;
    },
    { signal: signal() },
  );
  expect(files).toMatchObject({ participants: [{ participant_name: words.visit.name }] });
  const opus = () => api.request('GET', `${path}/get_audio?format=opus`);
  await eventually(async () => (await opus()).status === 200, { signal: signal() });

  const folders = await foldersOf(dataDir);
  const kept = { databaseUrl: stack.databaseUrl, natsUrl: stack.natsUrl, folders };
  const before = await findWords(kept, planted);
  // All of it is kept until then, and found by this search.
  expect([...before].filter(([, places]) => places.length === 0).map(([word]) => word)).toEqual([]);

  const { body: deleted } = await api.request('DELETE', `${path}/delete`);
  expect(deleted).toMatchObject({ success: true });
  expect(deleted.deleted_objects).toBeGreaterThan(7);
  await receiver.watched.until(() => receiver.events.includes('data_deletion'), signal());
  const left = async () => [...(await findWords(kept, planted))].filter(([, places]) => places.length > 0);
  const isClean = async () => (await left()).length === 0;
  await eventually(isClean, { signal: AbortSignal.timeout(30_000), everyMs: 500 }).catch(() => {});
  expect(await left()).toEqual([]);

  const { body: tombstone } = await api.request('GET', `${path}/detail`);
  expect(tombstone.bot_details).toMatchObject({
    ...{ BotID: ordered.bot_id, Platform: 'Zoom', Duration: expect.any(Number) as number, MeetingLink: null },
    ...{ BotUsername: null, BotMessage: null, BotImageURL: null, RequestPayload: {}, custom_attributes: {} },
    StatusTimeline: { MediaExpired: { status: true }, Recording: { status: true } },
  });
});

/** All that is kept but the database's own files. */
async function foldersOf(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { withFileTypes: true });
  const names = entries.flatMap((entry) =>
    entry.isDirectory() && !/postgres|cluster|cache/.test(entry.name) ? entry.name : [],
  );
  expect(names).toEqual(expect.arrayContaining(['blobs', 'logs', 'nats']));
  return names.map((name) => join(dataDir, name));
}
