import { randomBytes } from 'node:crypto';
import type { BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { expect, it, vi } from 'vitest';
import { startScheduler } from '../scheduler/fixture.ts';
import { openGateway } from './open-gateway.ts';

vi.setConfig({ testTimeout: 120_000 });

const attributes = (bytes: number) =>
  JSON.stringify({
    text: randomBytes(bytes)
      .toString('base64')
      .slice(0, bytes - 11),
  });

const spec = (attributesJson: string): BotSpec => ({
  platform: 'PLATFORM_WEB',
  meetingUrl: 'https://lab.example/room',
  meeting: 'lab.example/room',
  botName: 'Earshot',
  joinAt: new Date(Date.now() + 3_600_000),
  chatMessage: '',
  imageUrl: '',

  leave: {
    ...{ waitingRoomSeconds: 600, noOneJoinedSeconds: 600, everyoneLeftSeconds: 600, voiceInactivitySeconds: 18_000 },
    ...{ recordingLimitSeconds: 14_400, recordingDeniedSeconds: 60, botDetection: undefined },
  },
  speech: undefined,
  media: undefined,
  destinations: {
    ...{ lifecycleUrl: '', callbackVersion: '2025-01', liveTranscriptWebhookUrl: '', liveTranscriptSocketUrl: '' },
    ...{ liveAudioSocketUrl: '', liveVideoSocketUrl: '', controlSocketUrl: '', participantHooks: [] },
  },
  retentionHours: 168,
  attributesJson,
  requestJson: JSON.stringify({ custom_attributes: JSON.parse(attributesJson) }),
});

it('answers one account while another asks for sixty long lists at a time', async () => {
  await using scheduler = await startScheduler();
  const order = (accountId: string, attributesJson: string) =>
    scheduler.bots.createBot({ accountId, spec: spec(attributesJson), idempotencyKey: '', orderedByKey: '' });
  await order('modest', '{}');
  expect(Buffer.byteLength(attributes(16_384))).toBe(16_384);
  const copy = async (count: number, attributesJson: string) => {
    const { bot } = await order('greedy', '{}');
    const { knex } = scheduler.database;
    await knex.raw(`update bots set spec = jsonb_set(spec, '{attributesJson}', to_jsonb(?::text)) where bot_id = ?`, [
      attributesJson,
      bot?.botId ?? '',
    ]);
    const columns = Object.keys(await knex('bots').first()).filter((name) => !/^(bot_id|created_at)$/.test(name));
    await knex.raw(
      `insert into bots (bot_id, created_at, ${columns.join()})
       select gen_random_uuid(), created_at + n * interval '1 ms', ${columns.join()}
       from bots, generate_series(2, ?) as n where bot_id = ?`,
      [count, bot?.botId ?? ''],
    );
  };
  // What was ordered before attributes were bounded: a list of 60 of them was a message of 68 MB.
  await copy(60, attributes(950_000));
  await copy(1000, attributes(16_384));

  await using gateway = await openGateway({ scheduler: scheduler.bots });
  const list = async (key: string) => {
    const startedAt = performance.now();
    const answer = await gateway.ask('/api/v1/bots?limit=200', { key });
    const bytes = (await answer.arrayBuffer()).byteLength;
    return {
      status: answer.status,
      bytes,
      retryAfter: answer.headers.get('retry-after'),
      ms: performance.now() - startedAt,
    };
  };
  const alone = await list('greedy');
  expect(alone).toMatchObject({ status: 200 });
  expect(alone.bytes).toBeGreaterThan(200 * 16_384);

  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const greedy = Promise.all(Array.from({ length: 60 }, () => list('greedy')));
  const modest = [];
  for (let asked = 0; asked < 9; asked++) modest.push(await list('modest'));
  const answers = await greedy;
  clearInterval(watch);
  expect(modest.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200));
  const served = answers.filter(({ status }) => status === 200).length;
  expect(served).toBeGreaterThan(0);
  for (const { status, retryAfter } of answers) {
    // On a busy machine the greedy account's own lists may be late.
    if (status !== 200) expect([429, 504]).toContain(status);
    if (status !== 200) expect(Number(retryAfter)).toBeGreaterThan(0);
  }

  let cursor = '';
  const seen = { bots: 0, shown: 0 };
  do {
    const answer = await gateway.ask(`/api/v1/bots?limit=200&cursor=${cursor}`, { key: 'greedy' });
    const body = (await answer.json()) as { bots: { custom_attributes: unknown }[]; nextCursor: string | null };
    seen.bots += body.bots.length;
    seen.shown += body.bots.filter(({ custom_attributes: given }) => given !== null).length;
    cursor = body.nextCursor ?? '';
  } while (cursor !== '');
  expect(seen).toEqual({ bots: 1060, shown: 1000 });

  const slowest = Math.max(...modest.map(({ ms }) => ms));
  process.stdout.write(
    `one list of 200 bots with 16 kB: ${Math.round(alone.ms)} ms; of 60 at once ${served} served, the others refused after waiting; ` +
      `another account's slowest ${Math.round(slowest)} ms; memory of gateway and scheduler +${Math.round((peak - before) / 1e6)} MB\n`,
  );
  expect(peak - before).toBeLessThan(400e6);
});

it('takes so many bots that wait of one account, and one more when one of them waits no longer', async () => {
  await using scheduler = await startScheduler({ accountWaitingBots: 3 });
  await using gateway = await openGateway({
    scheduler: scheduler.bots,
    settings: { publicUrl: 'https://earshot.example', webMeetingHosts: ['*'], defaultCallbackVersion: '2025-01' },
  });
  const order = (key: string, deduplication_key?: string) =>
    gateway.ask('/api/v1/bots/create_bot', {
      ...{ key, method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({
        ...{ meeting_link: 'https://meet.google.com/abc-defg-hij', join_at: '2035-01-01 10:00:00' },
        ...(deduplication_key ? { deduplication_key } : {}),
      }),
    });
  const first = (await (await order('account-1', 'one')).json()) as { bot_id: string };
  expect((await order('account-1')).status).toBe(201);
  expect((await order('account-1')).status).toBe(201);
  const refused = await order('account-1');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
  expect(await refused.json()).toEqual({ message: 'Too many bots of this account wait for their meetings.' });
  expect((await order('account-1', 'one')).status).toBe(200);
  expect((await order('account-2')).status).toBe(201);
  expect(await scheduler.database.knex('bots').count()).toEqual([{ count: 4 }]);

  await gateway.ask(`/api/v1/bots/${first.bot_id}/remove_bot`);
  const wait = AbortSignal.timeout(10_000);
  while ((await order('account-1')).status !== 201) wait.throwIfAborted();
});
