import { startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startBroker } from '@earshot/harness';
import { createGround, eventually, type Ground } from './fixture.ts';
import { startOf, talk, type Item } from './talker.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let sandbox: Sandbox;
let broker: Awaited<ReturnType<typeof startBroker>>;
let ground: Ground;

beforeAll(async () => {
  sandbox = await startSandbox();
  broker = await startBroker();
});
afterAll(async () => {
  await broker[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(async () => void (ground = await createGround({ sandbox, natsUrl: broker.natsUrl })));
afterEach(() => ground[Symbol.asyncDispose]());

const engine = 'meeting_captions';

function caption(name: string, text: string, { endMs, final = true }: { endMs: number; final?: boolean }): Item {
  const trackId = `captions-${name}`;
  const value = { trackId, participantId: `id-${name}`, speakerName: name, text, startMs: endMs - 900, endMs, final };
  return { trackId, endMs, request: { message: { $case: 'caption', value } } };
}

const said = [
  caption('Ada', 'So, twenty-one it is.', { endMs: 3000 }),
  caption('Ben', 'Agreed.', { endMs: 4000 }),
  caption('Ada', "You've been removed from the meeting!", { endMs: 6000 }),
];

it('makes utterances of captions, under the names that the page shows, and asks no provider', async () => {
  // Whoever reads captions needs no key.
  const secrets = { apiKeys: { deepgram: undefined, assemblyai: undefined, openai_compatible: undefined } };
  const { client } = await ground.start({ config: { secrets } });
  const start = startOf(engine);
  const { botId, transcriptId } = start;
  const heard = ground.subscribeEphemeral(botId);
  const stream = await talk(client, start);
  stream.say([caption('Ada', 'So twenty', { endMs: 2500, final: false })]);
  await eventually(
    () => heard.partials.length,
    (count) => count === 1,
  );
  stream.say(said);
  await stream.finish();
  await ground.sayProcessing(botId, { ...start });
  await ground.sayRecording(botId, 'ready');
  await eventually(heard.last, (last) => last.length === 1);

  expect(heard.last()).toEqual([
    { $case: 'transcriptReady', value: { transcriptId, words: 11, missedMs: 0, detail: '' } },
  ]);
  const transcript = await client.getTranscript({ transcriptId });
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_READY', engine });
  expect(
    transcript.utterances.map(({ speakerName, participantId, text }) => [speakerName, participantId, text]),
  ).toEqual([
    ['Ada', 'id-Ada', 'So, twenty-one it is.'],
    ['Ben', 'id-Ben', 'Agreed.'],
    ['Ada', 'id-Ada', "You've been removed from the meeting!"],
  ]);
  expect(transcript.utterances.flatMap(({ words }) => words.map(({ confidence }) => confidence))).toEqual(
    Array.from({ length: 11 }, () => 0),
  );
  const finals = heard.facts.flatMap(({ fact }) => (fact?.$case === 'utteranceFinal' ? [fact.value.utterance!] : []));
  expect(finals.map(({ text }) => text)).toEqual(transcript.utterances.map(({ text }) => text));
  expect(heard.partials[0]?.utterance).toMatchObject({ utteranceId: finals[0]?.utteranceId, text: 'So twenty' });
  expect(sandbox.requests).toEqual([]);

  expect(await client.erase({ botId, final: false })).toEqual({
    deletedObjects: 1,
    totalObjects: 1,
    unfinished: false,
  });
  await expect(client.getTranscript({ transcriptId })).rejects.toMatchObject({ code: 'not-found' });
});

it('goes on after a kill: what was committed is there once, what was not is taken again', async () => {
  const start = startOf(engine);
  const first = await ground.start();
  const broken = await talk(first.client, start);
  broken.say(said.slice(0, 2));
  await broken.until((committed) => committed.size === 2);
  await first.stop();
  await broken.listening;

  const { client } = await ground.start();
  const stream = await talk(client, start);
  expect(Object.fromEntries(stream.committed)).toEqual({ 'captions-Ada': 3000, 'captions-Ben': 4000 });
  // As a joiner does whose acknowledgement was lost.
  stream.committed.clear();
  stream.say(said);
  await stream.finish();
  const { utterances } = await client.getTranscript({ transcriptId: start.transcriptId });
  expect(utterances.map(({ text }) => text)).toEqual([
    'So, twenty-one it is.',
    'Agreed.',
    "You've been removed from the meeting!",
  ]);
});

it('says why there is no transcript of a meeting without captions', async () => {
  const { client } = await ground.start();
  const start = startOf(engine);
  const heard = ground.subscribeEphemeral(start.botId);
  const stream = await talk(client, start);
  const message = { $case: 'captionsShown' as const, value: { shown: false } };
  stream.say([{ trackId: '', endMs: 1, request: { message } }]);
  await stream.finish();
  await ground.sayProcessing(start.botId, { ...start });
  await ground.sayRecording(start.botId, 'ready');
  await eventually(heard.last, (last) => last.length === 1);
  expect(heard.last()).toMatchObject([
    { $case: 'transcriptFailed', value: { detail: 'the meeting showed the bot no captions' } },
  ]);
});

it('takes no speech in place of captions, and no captions in place of speech', async () => {
  const { client } = await ground.start();
  const speech = {
    $case: 'speech' as const,
    value: { trackId: 'a', atMs: 0, pcm: Buffer.alloc(2), sampleRate: 16_000 },
  };
  const listening = await talk(client, startOf(engine));
  listening.say([{ trackId: 'a', endMs: 1, request: { message: speech } }]);
  await expect(listening.finish()).rejects.toMatchObject({ code: 'invalid-argument' });
  const reading = await talk(client, startOf('deepgram_streaming'));
  reading.say(said.slice(0, 1));
  await expect(reading.finish()).rejects.toMatchObject({ code: 'invalid-argument' });
});
