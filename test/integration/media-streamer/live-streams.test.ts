import { createResampler } from '@earshot/audio';
import { audioOnly, type LiveAudioPlan } from '@earshot/kernel';
import { toMediaPlanMessage } from '@earshot/rpc';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { Listener, type LiveMessage } from './listener.ts';
import { decode, likeness, mixed, packetsOf } from './sound.ts';
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
const packets = { t1: packetsOf('glide'), t2: packetsOf('hum') };

/** Ann and Bob speak, whom Bob's track belongs to is known after a second, and a track of nobody is silent; what the customer got. */
async function visit(liveAudio: Partial<LiveAudioPlan>): Promise<LiveMessage[]> {
  const silent = framesOf('t3', liveAudio.isSeparate ? packets.t1 : []).map((frame) => ({ ...frame, level: 127 }));
  const batches = batchesOf([...framesOf('t1', packets.t1), ...framesOf('t2', packets.t2), ...silent], END_MS);
  batches[0]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  batches[40]!.participants = [joined('p2', 'Bob', { trackIds: ['t2'], atMs: 1000 })];
  const media = toMediaPlanMessage({ ...audioOnly, liveAudio: { ...audioOnly.liveAudio, ...liveAudio } });
  const stream = new Stream(fixture.client, fixture.startOf({ liveAudioSocketUrl: listener.url, media }));
  await stream.resumed;
  stream.send(batches);
  stream.finish(END_MS);
  await stream.ended;
  const [connection] = listener.connections;
  expect(await connection!.closed).toBe(1000);
  expect(JSON.parse(connection!.texts[0]!)).toEqual({
    ...{ type: 'ready', bot_id: fixture.botId, message: 'Ready to receive messages' },
  });
  return connection!.messages;
}

const join = (messages: readonly LiveMessage[]) =>
  new Int16Array(Uint8Array.from(Buffer.concat(messages.map(({ pcm }) => pcm))).buffer);
const ofAnn = (messages: readonly LiveMessage[]) => messages.filter(({ id }) => id === 'p1');
const ofBob = (messages: readonly LiveMessage[]) => messages.filter(({ id }) => id === 't2' || id === 'p2');
const at = (toRate: number, pcm: Int16Array) => createResampler({ fromRate: 48_000, toRate }).process(pcm);

it.each([16_000, 48_000] as const)('sends what each of them says at %i Hz, and nothing of silence', async (rate) => {
  const messages = await visit({ isSeparate: true, sampleRate: rate });
  expect(new Set(messages.map(({ encoding, id, name }) => `${encoding} ${id}/${name}`))).toEqual(
    new Set(['pcm p1/Ann', 'pcm t2/NoSpeaker', 'pcm p2/Bob']),
  );
  const ann = at(rate, await decode(packets.t1));
  expect(join(ofAnn(messages)).length).toBe(ann.length);
  expect(likeness(ann, join(ofAnn(messages)), 480)).toMatchObject({ likeness: expect.closeTo(1, 3), shift: 0 });
  // He pauses for a second, of which four tenths are not sent.
  const bob = at(rate, await decode(packets.t2));
  const sent = join(ofBob(messages));
  expect(likeness(bob.subarray(0, rate), sent, 480)).toMatchObject({ likeness: expect.closeTo(1, 3), shift: 0 });
  expect(sent.length).toBeLessThan(bob.length - 0.35 * rate);
  expect(sent.length).toBeGreaterThan(bob.length - 0.45 * rate);
  expect(likeness(bob.subarray(-rate), sent.subarray(-rate), 480).likeness).toBeGreaterThan(0.99);
});

it('hands on the packets of each as they came', async () => {
  const messages = await visit({ isSeparate: true, encoding: 'opus' });
  expect(new Set(messages.map(({ encoding }) => encoding))).toEqual(new Set(['opus']));
  const hex = (parts: readonly Uint8Array[]) => parts.map((part) => Buffer.from(part).toString('hex'));
  expect(hex(ofAnn(messages).map(({ pcm }) => pcm))).toEqual(hex(packets.t1));
  const bob = hex(packets.t2);
  const sent = hex(ofBob(messages).map(({ pcm }) => pcm));
  let next = 0;
  for (const packet of sent) {
    next = bob.indexOf(packet, next) + 1;
    expect(next).toBeGreaterThan(0);
  }
  expect(sent.length).toBeGreaterThan(150);
});

it('sends the mix as packets of its own', async () => {
  const messages = await visit({ encoding: 'opus' });
  expect(messages.map(({ encoding }) => encoding)).toEqual(Array.from({ length: END_MS / 20 }, () => 'opus'));
  expect(new Set(messages.map(({ name }) => name))).toEqual(new Set(['Ann', 'Bob', 'NoSpeaker']));
  const source = mixed(await decode(packets.t1), await decode(packets.t2));
  const bits = messages.reduce((sum, { pcm }) => sum + pcm.length * 8, 0);
  expect(bits / (END_MS / 1000)).toBeLessThan(40_000);
  expect(likeness(source, await decode(messages.map(({ pcm }) => pcm))).likeness).toBeGreaterThan(0.9);
});

it('sends the mix at the rate that is asked for', async () => {
  const messages = await visit({ sampleRate: 24_000 });
  const heard = join(messages);
  expect(heard.length).toBe(END_MS * 24);
  const source = at(24_000, mixed(await decode(packets.t1), await decode(packets.t2)));
  expect(likeness(source, heard).likeness).toBeGreaterThan(0.999);
});
