import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import type { Caption } from '@earshot/contract/common/v1/speech.ts';
import { expect, it, vi } from 'vitest';
import { batchesOf, framesOf, Stream } from './joiner.ts';
import { packetsOf } from './sound.ts';
import { setUpTranscribedFixture } from './transcribed-fixture.ts';

vi.setConfig({ testTimeout: 20_000 });

const at = setUpTranscribedFixture();

const END_MS = 4000;
const captions = {
  speech: { engine: 'meeting_captions', optionsJson: '{}', way: TranscriptionWay.CAPTIONS },
  transcriptId: 'transcript',
};
const caption = (text: string, endMs: number, final = true): Caption => ({
  ...{ trackId: 'captions-a', participantId: 'p1', speakerName: 'Ann', text },
  ...{ startMs: endMs - 500, endMs, final },
});
const finals = () => at.transcriber.captions.flatMap(({ final, text }) => (final ? text : []));

/** A visit with somebody's voice in it, and captions: something that may change, and two things that will not. */
function visit() {
  const batches = batchesOf(framesOf('t1', packetsOf('glide')), END_MS);
  batches[40]!.captionsShown = true;
  batches[40]!.captions = [caption('One', 900, false)];
  batches[60]!.captions = [caption('One and two.', 1400)];
  batches[100]!.captions = [caption('Three.', 2400)];
  return batches;
}

it('hands captions to the transcriber in place of speech', async () => {
  const batches = visit();
  const stream = new Stream(at.fixture.client, at.fixture.startOf(captions));
  await stream.resumed;
  stream.send(batches.slice(0, 50));
  await at.transcriber.until(() => at.transcriber.captions.length === 1);
  stream.send(batches.slice(50));
  stream.finish(END_MS);
  await stream.ended;

  expect(stream.isFinished).toBe(true);
  expect(at.transcriber.starts).toMatchObject([captions]);
  expect(at.transcriber.chunks).toEqual([]);
  expect(at.transcriber.shown).toEqual([true]);
  expect(at.transcriber.captions.map(({ text, final }) => [text, final])).toEqual([
    ['One', false],
    ['One and two.', true],
    ['Three.', true],
  ]);
  expect(at.transcriber.captions.at(-1)).toEqual(caption('Three.', 2400));
  expect((await at.fixture.recording()).length).toBe(END_MS * 48);
});

it('says finals again to a transcriber that was killed before it committed them', async () => {
  at.transcriber.isCommitting = false;
  const batches = visit();
  const stream = new Stream(at.fixture.client, at.fixture.startOf(captions));
  await stream.resumed;
  stream.send(batches.slice(0, 80));
  await at.transcriber.until(() => finals().length === 1);
  await at.transcriber.kill();
  at.transcriber.captions.length = 0;
  at.transcriber.isCommitting = true;
  await at.transcriber.start();
  stream.send(batches.slice(80));
  stream.finish(END_MS);
  await stream.ended;
  expect(finals()).toEqual(['One and two.', 'Three.']);
  // Whether captions are shown is sent to each transcriber.
  expect(at.transcriber.shown).toEqual([true, true]);
});

it('does not let the joiner forget a final caption before it is committed', async () => {
  at.transcriber.isCommitting = false;
  const batches = visit();
  const first = new Stream(at.fixture.client, at.fixture.startOf(captions));
  await first.resumed;
  first.send(batches);
  // What stands before the first final is not waited for.
  await first.acknowledges(60);
  await at.fixture.restart();
  await first.ended.catch(() => {});
  expect(first.acknowledged).toBe(60);

  at.transcriber.isCommitting = true;
  at.transcriber.captions.length = 0;
  const second = new Stream(at.fixture.client, at.fixture.startOf(captions));
  expect(await second.resumed).toBe(61);
  second.send(batches.slice(60));
  second.finish(END_MS);
  await second.ended;
  expect(finals()).toEqual(['One and two.', 'Three.']);
});
