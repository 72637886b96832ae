import { mkdtemp, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, Stream } from './joiner.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { openStage, type Stage } from './stage.ts';

vi.setConfig({ testTimeout: 40_000 });

let stage: Stage;
let elsewhere: string;
beforeEach(async () => {
  [stage, elsewhere] = await Promise.all([openStage(), mkdtemp(join(tmpdir(), 'media-streamer-'))]);
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true, force: true });
});

const packets = packetsOf('glide');
const END_MS = 4100;
const marker = () => join(stage.config.blobDir, '@store');

async function refusal(blobDir: string): Promise<string> {
  const other = await stage.another({ blobDir });
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
    await stage.another({ blobDir: elsewhere })
  ).serving;
  await unlink(marker());
  expect(await refusal(stage.config.blobDir)).toContain('it is not marked');
});

it('takes over, sound and all, what another process with the same folder was killed over', async () => {
  const batches = batchesOf(framesOf('t1', packets), END_MS);
  const other = await stage.another();
  await other.serving;
  const first = new Stream(other.client, stage.startOf());
  await first.resumed;
  first.send(batches.slice(0, 110));
  await first.acknowledges(70);
  await other.kill();
  await expect(first.ended).rejects.toMatchObject({ code: 'unavailable' });

  const second = new Stream(stage.client, stage.startOf());
  const next = await second.resumed;
  expect(next).toBe(first.acknowledged + 1);
  second.send(batches.slice(next - 1));
  second.finish(END_MS);
  await second.ended;
  const pcm = await stage.recording();
  expect(pcm.length).toBe(END_MS * 48);
  expect(likeness(await decode(packets), pcm).likeness).toBeGreaterThan(0.99);
  await stage.over(BotState.PROCESSING);
  await stage.said('recordingReady');
  expect((await stage.client.erase({ botId: stage.botId })).deletedObjects).toBeGreaterThan(1);
});

async function recordedVisit(): Promise<string> {
  const stream = new Stream(stage.client, stage.startOf());
  await stream.resumed;
  stream.send(batchesOf(framesOf('t1', packets), END_MS));
  stream.finish(END_MS);
  await stream.ended;
  return join(stage.config.blobDir, 'bots', stage.botId);
}

it('counts as erased what was there and is gone, known to a row or not, and nothing else', async () => {
  const folder = await recordedVisit();
  await writeFile(join(folder, 'audio', 'stray.pcm'), 'a voice');
  await unlink(join(folder, 'manifest.json'));
  // The mix, the packets of three segments, and the stray file.
  expect(await stage.client.erase({ botId: stage.botId })).toEqual({ deletedObjects: 5 });
});

it('does not take a store that is away for an erased one', async () => {
  await recordedVisit();
  await rename(stage.config.blobDir, elsewhere);
  await expect(stage.client.erase({ botId: stage.botId })).rejects.toMatchObject({ code: 'unavailable' });
  await rm(stage.config.blobDir, { recursive: true, force: true });
  await rename(elsewhere, stage.config.blobDir);
  // The mix, its manifest, and the packets of three segments.
  expect(await stage.client.erase({ botId: stage.botId })).toEqual({ deletedObjects: 5 });
});
