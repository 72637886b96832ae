import { mkdtemp, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, Stream } from './joiner.ts';
import { Listener, type Connection } from './listener.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { openFixture, type Fixture } from './fixture.ts';

vi.setConfig({ testTimeout: 40_000 });

let fixture: Fixture;
let elsewhere: string;
beforeEach(async () => {
  [fixture, elsewhere] = await Promise.all([openFixture(), mkdtemp(join(tmpdir(), 'media-streamer-'))]);
});
afterEach(async () => {
  await fixture[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true, force: true });
});

const packets = packetsOf('glide');
const END_MS = 4100;
const marker = () => join(fixture.config.blobDir, '@store');

const samplesOf = (connection: Connection | undefined) =>
  (connection?.messages ?? []).reduce((sum, { pcm }) => sum + pcm.length / 2, 0);

async function refusal(blobDir: string): Promise<string> {
  const other = await fixture.another({ blobDir });
  expect(await other.exited).toBe(78); // EX_CONFIG, sysexits.h
  return other.errors();
}

it('refuses to start with a folder that is not the one of the database, and says what to do', async () => {
  const said = await refusal(elsewhere);
  expect(said).toContain(`BLOB_DIR: ${elsewhere} is not the blob folder of this database`);
  expect(said).toContain('mount that one here');
  expect(said.trim().split('\n')).toHaveLength(2);

  await writeFile(join(elsewhere, '@store'), 'another\n');
  expect(await refusal(elsewhere)).toContain('it is store another');
});

it('goes on with a folder that is marked by hand, and with none that has lost its marker', async () => {
  const id = await readFile(marker(), 'utf8');
  await writeFile(join(elsewhere, '@store'), id);
  await (
    await fixture.another({ blobDir: elsewhere })
  ).serving;
  await unlink(marker());
  expect(await refusal(fixture.config.blobDir)).toContain('it is not marked');
});

it('takes over, sound and all, what another process with the same folder was killed over, and tells who listens where it goes on', async () => {
  const batches = batchesOf(framesOf('t1', packets), END_MS);
  const other = await fixture.another();
  await other.serving;
  await using listener = await Listener.listen();
  const start = fixture.startOf({ liveAudioSocketUrl: listener.url });
  const first = new Stream(other.client, start);
  await first.resumed;
  first.send(batches.slice(0, 110));
  await first.acknowledges(70);
  await listener.until(() => samplesOf(listener.connections[0]) >= 2400 * 48 || undefined);
  await other.kill();
  expect(await listener.connections[0]!.closed).toBe(1006);
  await expect(first.ended).rejects.toMatchObject({ code: 'unavailable' });

  const second = new Stream(fixture.client, start);
  const next = await second.resumed;
  expect(next).toBe(first.acknowledged + 1);
  second.send(batches.slice(next - 1));
  second.finish(END_MS);
  await second.ended;
  const pcm = await fixture.recording();
  expect(pcm.length).toBe(END_MS * 48);
  expect(likeness(await decode(packets), pcm).likeness).toBeGreaterThan(0.99);
  expect(await listener.connections[1]!.closed).toBe(1000);
  const [before, after] = listener.connections;
  const { resumed, sample_position: position, start_time: time } = JSON.parse(after!.texts[0]!);
  // Whole segments were stored: from there on the customer receives it again, and places it by the position.
  expect({ resumed, position, time }).toEqual({ resumed: true, position: 2000 * 48, time: 2 });
  expect(samplesOf(before)).toBeGreaterThanOrEqual(position);
  expect(position + samplesOf(after)).toBe(pcm.length);
  const heard = Buffer.concat(after!.messages.map((message) => message.pcm));
  expect(heard.equals(Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).subarray(position * 2))).toBe(true);

  await fixture.over(BotState.PROCESSING);
  await fixture.said('recordingReady');
  expect(fixture.last('recordingReady')!.value).toMatchObject({ missingMs: 0 });
  expect((await fixture.client.erase({ botId: fixture.botId, final: false })).deletedObjects).toBeGreaterThan(1);
});

async function recordedVisit(): Promise<string> {
  const stream = new Stream(fixture.client, fixture.startOf());
  await stream.resumed;
  stream.send(batchesOf(framesOf('t1', packets), END_MS));
  stream.finish(END_MS);
  await stream.ended;
  return join(fixture.config.blobDir, 'bots', fixture.botId);
}

it('counts as erased what was there and is gone, known to a row or not, and nothing else', async () => {
  const folder = await recordedVisit();
  await writeFile(join(folder, 'audio', 'stray.pcm'), 'a voice');
  await unlink(join(folder, 'manifest.json'));
  // The mix in one part, the packets of three segments, and the stray file.
  expect(await fixture.client.erase({ botId: fixture.botId, final: false })).toMatchObject({
    deletedObjects: 5,
    unfinished: false,
  });
});

it('does not take a store that is away for an erased one', async () => {
  await recordedVisit();
  await rename(fixture.config.blobDir, elsewhere);
  await expect(fixture.client.erase({ botId: fixture.botId, final: false })).rejects.toMatchObject({
    code: 'unavailable',
  });
  await rm(fixture.config.blobDir, { recursive: true, force: true });
  await rename(elsewhere, fixture.config.blobDir);
  // The mix in one part, its manifest, and the packets of three segments.
  expect(await fixture.client.erase({ botId: fixture.botId, final: false })).toMatchObject({
    deletedObjects: 5,
    unfinished: false,
  });
});
