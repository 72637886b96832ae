import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it, vi } from 'vitest';
import { eventually, type Running } from './fixture.ts';
import { recordingOf, setUpGround } from './transcriber-fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const at = setUpGround(recordingOf('the meeting starts at nine'));
let client: Running['client'];
beforeEach(async () => {
  ({ client } = await at.ground.start({ config: { mediaAddress: at.media.address } }));
});

const question = (botId: string) => ({
  ...{ botId, accountId: 'account-1', engine: 'assemblyai', optionsJson: '{}', notifyUrl: '', idempotencyKey: '' },
});

/** A bot whose visit is over, with a transcript by Deepgram if `engine` names it. */
async function visited({ engine }: { engine?: string } = {}) {
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  await at.ground.sayProcessing(botId, engine ? { transcriptId, engine } : {});
  await at.ground.sayRecording(botId, 'ready');
  await eventually(heard.last, (facts) => facts.length > 0);
  return { botId, transcriptId, heard };
}

it('has a recording transcribed by another provider, beside the transcript there is', async () => {
  const { botId, transcriptId, heard } = await visited({ engine: 'deepgram' });
  const before = await client.getTranscript({ transcriptId });
  const notifyUrl = 'https://customer.example/again';
  const again = await client.transcribe({ ...question(botId), notifyUrl });
  expect(again).toMatchObject({ created: true });
  expect(again.transcriptId).not.toBe(transcriptId);
  const facts = await eventually(heard.last, (last) => last.length > 1);
  expect(facts[1]).toMatchObject({
    $case: 'retranscribed',
    value: { transcriptId: again.transcriptId, notifyUrl, failure: '' },
  });

  const second = await client.getTranscript({ transcriptId: again.transcriptId });
  expect(second).toMatchObject({
    state: 'TRANSCRIPT_STATE_READY',
    engine: 'assemblyai',
    botId,
    accountId: 'account-1',
  });
  expect(second.utterances.length).toBeGreaterThan(0);
  expect(second.startedAt).toEqual(before.startedAt);
  expect(await client.getTranscript({ transcriptId })).toEqual(before);
  const { transcripts } = await client.listTranscripts({ botId });
  expect(transcripts.map(({ engine, state, rawJson }) => [engine, state, rawJson])).toEqual([
    ['deepgram', 'TRANSCRIPT_STATE_READY', ''],
    ['assemblyai', 'TRANSCRIPT_STATE_READY', ''],
  ]);
  expect(await client.erase({ botId, final: false })).toEqual({
    deletedObjects: 2,
    totalObjects: 2,
    unfinished: false,
  });
  expect(await client.listTranscripts({ botId })).toEqual({ transcripts: [] });
  await expect(client.transcribe(question(botId))).rejects.toMatchObject({ code: 'failed-precondition' });
});

it('transcribes for a bot that had no provider', async () => {
  const { botId, heard } = await visited();
  await client.transcribe({ ...question(botId), engine: 'deepgram' });
  const facts = await eventually(heard.last, (last) => last.length > 1);
  expect(facts.map(({ $case }) => $case)).toEqual(['transcriptSkipped', 'retranscribed']);
});

it('orders once what is asked several times', async () => {
  at.sandbox.faults.next({ vendor: 'assemblyai', mode: 'batch', kind: 'stall' });
  const { botId } = await visited();
  const asked = await Promise.all(Array.from({ length: 5 }, () => client.transcribe(question(botId))));
  expect(new Set(asked.map(({ transcriptId }) => transcriptId)).size).toBe(1);
  expect(asked.filter(({ created }) => created)).toHaveLength(1);

  const keyed = { ...question(botId), engine: 'deepgram', idempotencyKey: 'key-1' };
  const first = await client.transcribe(keyed);
  await eventually(
    () => client.getTranscript({ transcriptId: first.transcriptId }),
    ({ state }) => state === 'TRANSCRIPT_STATE_READY',
  );
  expect(await client.transcribe(keyed)).toEqual({ transcriptId: first.transcriptId, created: false });
  await expect(client.transcribe({ ...keyed, optionsJson: '{"model":"x"}' })).rejects.toMatchObject({
    code: 'already-exists',
  });
});

it('says why it failed, in the words of the provider, and may be asked again', async () => {
  at.sandbox.faults.next({ vendor: 'assemblyai', mode: 'batch', kind: 'bad-key' });
  const { botId, heard } = await visited();
  const failed = await client.transcribe(question(botId));
  const facts = await eventually(heard.last, (last) => last.length > 1);
  const failure = expect.stringMatching(/refused the key: .+/) as string;
  expect(facts[1]).toMatchObject({ $case: 'retranscribed', value: { transcriptId: failed.transcriptId, failure } });
  const transcript = await client.getTranscript({ transcriptId: failed.transcriptId });
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_FAILED', failure });
  const next = await client.transcribe(question(botId));
  expect(next).toMatchObject({ created: true });
  await eventually(heard.last, (last) => last.length > 2);
});

it('refuses what cannot be transcribed', async () => {
  const [unfinished, missed] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(missed);
  await at.ground.sayProcessing(missed);
  await at.ground.sayRecording(missed, 'missing');
  await at.ground.sayProcessing(unfinished);
  await eventually(heard.last, (facts) => facts.length > 0);
  const refusal = (asked: object) => expect(client.transcribe({ ...question(missed), ...asked })).rejects;
  await refusal({}).toMatchObject({ code: 'not-found' });
  await refusal({ botId: unfinished }).toMatchObject({ code: 'failed-precondition' });
  await refusal({ botId: randomUUID() }).toMatchObject({ code: 'failed-precondition' });
  await refusal({ botId: 'no id' }).toMatchObject({ code: 'not-found' });
  await refusal({ engine: 'deepgram_streaming' }).toMatchObject({ code: 'invalid-argument' });
  await refusal({ engine: 'sarvam' }).toMatchObject({ code: 'invalid-argument' });
});

it('stops at twenty transcripts', async () => {
  const { botId } = await visited();
  const order = (number: number) => client.transcribe({ ...question(botId), idempotencyKey: `key-${number}` });
  for (let number = 0; number < 20; number++) await order(number);
  await expect(order(20)).rejects.toMatchObject({ code: 'resource-exhausted' });
  expect(await order(3)).toMatchObject({ created: false });
  await client.erase({ botId, final: false });
});
