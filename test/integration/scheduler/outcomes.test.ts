import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CompositionEvent } from '@earshot/contract/composer/v1/events.ts';
import type { MediaPlan } from '@earshot/contract/common/v1/media_plan.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { TranscriptEvent } from '@earshot/contract/transcriber/v1/events.ts';
import { connectBroker, type Broker } from '@earshot/events';
import { eventually, testServers } from '@earshot/harness';
import { silentLog } from '@earshot/kernel';
import { spec, startScheduler } from './fixture.ts';

let fixture: Awaited<ReturnType<typeof startScheduler>>;
let broker: Broker;
beforeEach(async () => {
  fixture = await startScheduler();
  broker = await connectBroker({ url: testServers().natsUrl, name: 'ears', log: silentLog });
});
afterEach(async () => {
  await broker[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const layout = 'VIDEO_LAYOUT_GRID' as const;
const plan: MediaPlan = {
  layout,
  separateAudio: false,
  separateVideo: true,
  liveVideo: false,
  voice: undefined,
  liveAudio: undefined,
  speechEvents: false,
  chatEvents: false,
};
const reason = 'END_REASON_EVERYONE_LEFT' as const;
const ended = { $case: 'ended', value: { reason, detail: '', retryable: false, recordingPending: false } } as const;
const composed = { layout, ordered: true, artifactId: 'video-grid', durationMs: 1 };
const facts = {
  'transcript-ready': { $case: 'transcriptReady', value: { missedMs: 7 } },
  'transcript-skipped': { $case: 'transcriptSkipped', value: {} },
  'video-ready': { $case: 'videoReady', value: composed },
  'video-ready later': { $case: 'videoReady', value: { ...composed, ordered: false } },
  'video-failed': { $case: 'videoFailed', value: { layout, ordered: true, detail: 'no room' } },
  'video-skipped': { $case: 'videoSkipped', value: { layout, ordered: true, detail: 'nothing was recorded' } },
} as const;

async function publish(botId: string, name: keyof typeof facts): Promise<void> {
  const id = randomUUID();
  const about = { eventId: id, botId, occurredAt: new Date() };
  const fact = facts[name];
  const isOfVideo = fact.$case.startsWith('video');
  const payload = isOfVideo
    ? CompositionEvent.encode(CompositionEvent.fromPartial({ ...about, fact: fact as never })).finish()
    : TranscriptEvent.encode(TranscriptEvent.fromPartial({ ...about, fact: fact as never })).finish();
  const domain = isOfVideo ? 'compositions' : 'transcripts';
  await broker.publish({ id, subject: `${domain}.${botId}.${name.split(' ')[0]}`, payload, traceparent: undefined });
}

it('a bot is done once all that was ordered is settled: what settles it comes in any order, and twice', async () => {
  await using joiner = fixture.joiner();
  joiner.heartbeat([], 10);
  const order = async (media: MediaPlan | undefined) => {
    const given = { accountId: 'a', spec: spec({ media }), idempotencyKey: '', orderedByKey: '' };
    const botId = (await fixture.bots.createBot(given)).bot?.botId ?? '';
    const ref = { botId, epoch: 1 };
    await joiner.order('assign', ref);
    await joiner.see(ref, { $case: 'entered', value: {} });
    await joiner.see(ref, ended);
    return botId;
  };
  const done = new Map<string, BotEvent[]>();
  broker.subscribeEphemeral('bots.*.done', (subject, payload) => {
    const botId = subject.split('.')[1] ?? '';
    done.set(botId, [...(done.get(botId) ?? []), BotEvent.decode(payload)]);
  });
  await broker.connection.flush();
  const outcomeOf = async (botId: string) => {
    await eventually(async () => done.has(botId), { signal: AbortSignal.timeout(10_000) });
    return done.get(botId)?.map(({ transcript, videoFailure }) => [transcript?.missedMs, videoFailure]);
  };
  const stories = [
    { media: plan, told: ['transcript-ready', 'video-ready later', 'transcript-ready', 'video-failed', 'video-ready'] },
    { media: plan, told: ['video-skipped', 'video-skipped', 'video-failed', 'transcript-skipped', 'video-ready'] },
    { media: { ...plan, layout: 'VIDEO_LAYOUT_UNSPECIFIED' }, told: ['transcript-ready', 'video-failed'] },
    { media: undefined, told: ['transcript-skipped'] },
    { media: plan, told: ['transcript-ready', 'video-ready later'] },
  ] as const;
  const bots = await Promise.all(stories.map(({ media }) => order(media)));
  for (const [index, { told }] of stories.entries()) for (const name of told) await publish(bots[index]!, name);
  const outcomes = await Promise.all(bots.slice(0, 4).map(outcomeOf));
  expect(outcomes).toEqual([[[7, 'no room']], [[undefined, '']], [[7, '']], [[undefined, '']]]);
  expect(await fixture.bots.findBot({ botId: bots[0]! })).toMatchObject({ state: 'BOT_STATE_DONE' });
  // The last one waits for the video that was ordered, and what it knows goes with its data.
  const row = () => fixture.database.knex('bots').where({ bot_id: bots[4]! }).first('state', 'outcomes');
  await eventually(async () => JSON.stringify(await row()).includes('missedMs'), {
    signal: AbortSignal.timeout(10_000),
  });
  expect(await row()).toEqual({ state: 'processing', outcomes: { transcript: { failure: '', missedMs: 7 } } });
  await fixture.bots.markErased({ botId: bots[4]!, erasedAt: new Date(), final: true });
  expect(await row()).toEqual({ state: 'processing', outcomes: {} });
});
