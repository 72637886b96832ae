import { ParticipantAction } from '@earshot/contract/media/v1/media.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { openDatabase } from '@earshot/db';
import { eventually } from '@earshot/harness';
import { audioOnly, MINUTE } from '@earshot/kernel';
import { toMediaPlanMessage } from '@earshot/rpc';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { Listener } from './listener.ts';
import { packetsOf } from './sound.ts';
import { openFixture, type Fixture } from './fixture.ts';

vi.setConfig({ testTimeout: 20_000 });

let fixture: Fixture;
let listener: Listener;
beforeEach(async () => {
  [fixture, listener] = await Promise.all([openFixture(), Listener.listen()]);
});
afterEach(async () => {
  await fixture[Symbol.asyncDispose]();
  await listener[Symbol.asyncDispose]();
});

const END_MS = 6000;
const liveAudio = { ...audioOnly.liveAudio, hasSpeechEvents: true };
const media = toMediaPlanMessage({ ...audioOnly, liveAudio, speechEvents: true, chatEvents: true });
const startOf = () => fixture.startOf({ liveAudioSocketUrl: listener.url, media });

/** Ann speaks until the end and leaves in the middle of it; Bob pauses for a second; nobody knows whose the third track is. */
function visit() {
  const own = framesOf('own', packetsOf('hum').slice(0, 50)).map((frame) => ({ ...frame, ownVoice: true }));
  const third = framesOf('t3', packetsOf('glide').slice(0, 20), 5000);
  const people = [...framesOf('t1', packetsOf('glide')), ...framesOf('t2', packetsOf('hum'))];
  const batches = batchesOf([...people, ...third, ...own], END_MS);
  batches[0]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] }), joined('p2', 'Bob', { trackIds: ['t2'] })];
  batches[120]!.participants = [joined('p1', 'Ann', { action: ParticipantAction.LEFT, atMs: 3025 })];
  const line = { senderName: 'Ann', senderId: 'p1', own: false, text: 'hello', atMs: 1260 };
  batches[50]!.chat = [
    { ...line, messageId: 'm1' },
    { ...line, messageId: 'm2', senderName: 'Ada', senderId: 'bot', own: true },
  ];
  batches[230]!.paused = true;
  batches[230]!.chat = [{ ...line, messageId: 'm3', text: 'not for the record', atMs: 5760 }];
  return batches;
}

/** What was published about speech and chat, in order. */
const facts = () =>
  fixture.facts.flatMap(({ $case, value }) => {
    if ($case === 'chatPosted') return [`chat ${value.messageId} ${value.senderName}: ${value.text}`];
    return $case === 'speechOn' || $case === 'speechOff' ? [`${value.name} ${$case} ${value.atMs}`] : [];
  });
/** Bob's two speeches, as hum has them; times differ by what the track's clock makes of its first packets. */
const times = (list: readonly string[]) =>
  list.map((text) => text.replace(/\d+$/, (ms) => String(Math.round(Number(ms) / 100))));

it('says on the socket and in facts when each participant begins and ends to speak, and what others write', async () => {
  const stream = new Stream(fixture.client, startOf());
  await stream.resumed;
  const batches = visit();
  stream.send(batches.slice(0, 60));
  await fixture.said('chatPosted');
  // While it goes on, and not at its end.
  expect(
    facts()
      .slice(0, 2)
      .map((text) => text.replace(/ \d+$/, ''))
      .toSorted(),
  ).toEqual(['Ann speechOn', 'Bob speechOn']);
  stream.send(batches.slice(60));
  stream.finish(END_MS);
  await stream.ended;
  await fixture.over(BotState.PROCESSING);
  await fixture.said('tracksReady');

  const { texts } = listener.connections[0]!;
  const messages = texts.slice(1).map((text) => JSON.parse(text) as Record<string, unknown>);
  const told = messages.map((message) => [message['type'], message['speaker_id'], message['speaker_name']].join(' '));
  expect(told.toSorted()).toEqual([
    ...['speech_off p1 Ann', 'speech_off p2 Bob', 'speech_off p2 Bob', 'speech_off t3 NoSpeaker'],
    ...['speech_on p1 Ann', 'speech_on p2 Bob', 'speech_on p2 Bob', 'speech_on t3 NoSpeaker'],
  ]);
  for (const [index, text] of told.entries()) {
    if (!text.startsWith('speech_off')) continue;
    const before = told.slice(0, index).lastIndexOf(text.replace('off', 'on'));
    const [on, off] = [messages[before]!, messages[index]!];
    expect(off).toMatchObject({ start_time: on['start_time'], sample_position: on['sample_position'] });
    expect(off['end_time']).toBeCloseTo(Number(on['start_time']) + Number(off['duration']), 2);
    const startedAt = startOf().startedAt!.getTime();
    expect(Date.parse(String(on['timestamp'])) - startedAt).toBeCloseTo(Number(on['start_time']) * 1000, -1);
  }
  const left = messages.find(({ type, speaker_id: id }) => type === 'speech_off' && id === 'p1');
  expect(left?.['end_time']).toBeCloseTo(3, 1);

  expect(times(facts().filter((text) => text.startsWith('Ann')))).toEqual(['Ann speechOn 0', 'Ann speechOff 30']);
  const bob = facts().filter((text) => text.startsWith('Bob'));
  expect(bob.map((text) => text.replace(/ \d+$/, ''))).toEqual([
    'Bob speechOn',
    'Bob speechOff',
    'Bob speechOn',
    'Bob speechOff',
  ]);
  expect(facts().filter((text) => text.startsWith('chat'))).toEqual(['chat m1 Ann: hello']);
  expect(facts()).toHaveLength(7);
  const { messages: chat } = await fixture.client.getChat({ botId: fixture.botId });
  expect(chat.map(({ messageId, own }) => [messageId, own])).toEqual([
    ['m1', false],
    ['m2', true],
    ['m3', false],
  ]);
});

/** The visit is over, and nobody has written of it for as long as that is waited for. */
async function longAgo(): Promise<void> {
  await using database = openDatabase(fixture.config.database);
  const ended = () => database.knex('recordings').where({ bot_id: fixture.botId }).whereNotNull('ended_at');
  const past = new Date(Date.now() - MINUTE);
  const isOver = async () => (await ended().update({ ended_at: past, updated_at: past })) > 0;
  await eventually(isOver, { signal: AbortSignal.timeout(10_000) });
}

it('ends what its predecessor has published, and publishes nothing twice', async () => {
  const batches = visit();
  const first = new Stream(fixture.client, startOf());
  await first.resumed;
  first.send(batches.slice(0, 120));
  await first.acknowledges(40);
  await fixture.said('speechOn', 3);
  await fixture.restart();
  await first.ended.catch(() => {});
  const second = new Stream(fixture.client, startOf());
  const next = await second.resumed;
  second.send(batches.slice(next - 1, 120));
  await second.break();
  // Nobody comes back: the visit is ended without its joiner.
  const open = facts();
  expect(open.filter((text) => text.includes('speechOn'))).toHaveLength(3);
  await fixture.restart();
  await fixture.over(BotState.PROCESSING);
  await longAgo();
  await fixture.said('tracksReady');
  const all = facts().map((text) => text.replace(/ \d+$/, ''));
  expect(all.toSorted()).toEqual([
    ...['Ann speechOff', 'Ann speechOn', 'Bob speechOff', 'Bob speechOff', 'Bob speechOn', 'Bob speechOn'],
    'chat m1 Ann: hello',
  ]);
});
