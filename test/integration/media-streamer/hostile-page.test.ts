import { randomBytes, randomUUID } from 'node:crypto';
import { RecordingState, type IngestBatch } from '@earshot/contract/media/v1/media.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { packetsOf } from './sound.ts';
import { openFixture, type Fixture } from './fixture.ts';

vi.setConfig({ testTimeout: 30_000 });

let fixture: Fixture;
beforeEach(async () => (fixture = await openFixture()));
afterEach(() => fixture[Symbol.asyncDispose]());

const END_MS = 1000;
/** Nothing shortens it on its way into an index. */
const LONG = randomBytes(4000).toString('base64');
const FAR = Number.MAX_SAFE_INTEGER;
const message = (messageId: string, over: { text?: string; atMs?: number } = {}) => ({
  ...{ messageId, senderName: 'Ann', senderId: '', own: false, text: 'hello', atMs: 500 },
  ...over,
});
type Told = Partial<Pick<IngestBatch, 'participants' | 'chat' | 'speaking' | 'captions'>>;

/** A whole visit in which a page sends `told` at its middle, beside what is well; resolves once its recording is ready. */
async function visit(told: Told): Promise<void> {
  const batches = batchesOf(framesOf('t1', packetsOf('glide').slice(0, 45)), END_MS);
  batches[10]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  batches[10]!.chat = [message('before')];
  const hostile = batches[20]!;
  hostile.participants = [...(told.participants ?? []), joined('p2', 'Ben', { atMs: 500 })];
  hostile.chat = [...(told.chat ?? []), message('same time')];
  hostile.speaking = told.speaking ?? [];
  hostile.captions = told.captions ?? [];
  batches[30]!.chat = [message('after', { atMs: 800 })];
  const stream = new Stream(fixture.client, fixture.startOf());
  await stream.resumed;
  stream.send(batches);
  stream.finish(END_MS);
  await stream.ended;
  expect(stream.isFinished).toBe(true);
  await fixture.over(BotState.PROCESSING);
  await fixture.said('recordingReady');
}

it.each<[string, Told, number]>([
  ['a chat id with U+0000', { chat: [message('a\0b')] }, 0],
  ['a chat id of 4000 characters', { chat: [message(LONG)] }, 1],
  ['texts with U+0000', { chat: [message('m', { text: 'a\0b' })], participants: [joined('a\0', 'A\0')] }, 0],
  ['ids that are said twice', { chat: [message('m'), message('m')], participants: [joined('p1', 'Anna')] }, 0],
  ['times beyond all', { chat: [message('m', { atMs: FAR })], participants: [joined('p3', 'C', { atMs: FAR })] }, 0],
  ['a participant and a track of 4000 characters', { participants: [joined(LONG, 'C', { trackIds: [LONG] })] }, 2],
  ['an id of nothing', { participants: [joined('\0', 'C')], chat: [message('\0')] }, 0],
  ['marks of people who are not there', { speaking: [{ atMs: FAR, participantIds: [LONG, '\0', 'nobody'] }] }, 0],
  [
    'many at once',
    { chat: [1, 2, 3].map((each) => message(`${each}${LONG}`)), participants: [joined(LONG, 'C\0', { atMs: FAR })] },
    4,
  ],
])('a visit ends in its recording whatever its page tells: %s', async (_, told, dropped) => {
  await visit(told);
  const { client, botId, facts } = fixture;
  const recording = await client.getRecording({ botId });
  expect(recording).toMatchObject({ state: RecordingState.READY, durationMs: END_MS, droppedItems: dropped });
  const { messages } = await client.getChat({ botId });
  expect(messages.map(({ messageId }) => messageId)).toEqual(expect.arrayContaining(['before', 'same time', 'after']));
  const { participants } = await client.getParticipants({ botId });
  expect(participants.map(({ participantId }) => participantId)).toEqual(expect.arrayContaining(['p1', 'p2']));
  for (const { joinedMs } of participants) expect(joinedMs).toBeLessThanOrEqual(END_MS + 60_000);
  const said = facts.flatMap((fact) => (fact.$case === 'participantJoined' ? fact.value.participantId : []));
  expect(said).toEqual(expect.arrayContaining(['p1', 'p2']));
  expect(said).not.toContain(LONG);
  const { deletedObjects } = await client.erase({ botId, final: false });
  expect(deletedObjects).toBeGreaterThan(0);
});

it('stores more people in one commit than one statement takes', async () => {
  const people = Array.from({ length: 8000 }, (_, at) =>
    joined(`p${at}-${randomUUID()}`, `Person ${at}`, { alreadyPresent: true }),
  );
  await visit({ participants: people });
  const { participants } = await fixture.client.getParticipants({ botId: fixture.botId });
  expect(participants).toHaveLength(people.length + 2);
});
