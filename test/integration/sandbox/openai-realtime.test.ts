import { once } from 'node:events';
import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { createResampler } from '@earshot/audio';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { RawSocket, type Message } from './raw-socket.ts';
import { inChunks, silence, speak } from './speech.ts';

// Recognising takes its share of a core, which others may want too.
vi.setConfig({ testTimeout: 30_000 });

let sandbox: Sandbox;
beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(() => sandbox[Symbol.asyncDispose]());

const open = () =>
  RawSocket.open(`${sandbox.realtimeUrl}?model=gpt-realtime`, { key: `Bearer ${sandbox.keys.openai}` });
const of = (type: string) => (message: Message) => message.type === type;

/** A sentence as the vendor takes it, with a second of silence behind it. */
async function spoken(text: string): Promise<Int16Array> {
  const resampler = createResampler({ fromRate: 16_000, toRate: 24_000 });
  const [said, quiet] = [resampler.process((await speak(text)).pcm), silence(1000, 24_000)];
  const whole = new Int16Array(said.length + quiet.length);
  whole.set(said);
  return whole;
}

function append(stream: RawSocket, pcm: Int16Array): void {
  for (const { buffer, byteOffset, byteLength } of inChunks(pcm, 2400))
    stream.send({
      type: 'input_audio_buffer.append',
      audio: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
    } as Message);
}

const audioMs = (messages: readonly Message[]) =>
  messages
    .filter(of('response.output_audio.delta'))
    .reduce((sum, { delta }) => sum + Buffer.from(delta as string, 'base64').length / 48, 0);

it('hears a turn, answers it aloud, and forgets what nobody heard', async () => {
  const stream = await open();
  const created = await stream.next(of('session.created'));
  expect(created['session']).toMatchObject({
    ...{ type: 'realtime', model: 'gpt-realtime', output_modalities: ['audio'] },
    audio: { input: { turn_detection: { type: 'server_vad' } } },
  });
  const audio = { input: { transcription: { model: 'whisper-1' } }, output: { voice: 'marin' } };
  stream.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.', audio } } as Message);
  const { session } = await stream.next(of('session.updated'));
  expect(session).toMatchObject({ instructions: 'Be brief.', audio: { output: { voice: 'marin' } } });

  const question = sentences[1]!.text;
  append(stream, await spoken(question));
  const { response } = await stream.next(of('response.done'));
  const heard = await stream.next(of('conversation.item.input_audio_transcription.completed'));
  expect(wordErrorRate(question, heard['transcript'])).toBeLessThanOrEqual(0.1);

  const { id } = response.output[0];
  expect(response).toMatchObject({
    status: 'completed',
    output: [{ role: 'assistant', content: [{ type: 'output_audio', transcript: sentences[0]!.text }] }],
  });
  const order = stream.messages.map(({ type }) => type).filter((type) => !type.includes('transcription'));
  const runs = order.filter((type, index) => type !== order[index - 1]);
  expect(runs).toEqual([
    ...['session.created', 'session.updated', 'input_audio_buffer.speech_started'],
    ...['input_audio_buffer.speech_stopped', 'input_audio_buffer.committed'],
    ...['conversation.item.added', 'conversation.item.done'],
    ...['response.created', 'response.output_item.added', 'conversation.item.added', 'response.content_part.added'],
    ...['response.output_audio_transcript.delta', 'response.output_audio.delta', 'response.output_audio.done'],
    ...['response.output_audio_transcript.done', 'response.content_part.done', 'response.output_item.done'],
    ...['conversation.item.done', 'response.done'],
  ]);
  const ms = audioMs(stream.messages);
  expect(ms).toBeGreaterThan(2000);

  stream.send({ type: 'conversation.item.truncate', item_id: id, content_index: 0, audio_end_ms: 99_999 } as Message);
  expect((await stream.next(of('error')))['error']).toMatchObject({ code: 'invalid_value', param: 'audio_end_ms' });
  stream.send({ type: 'conversation.item.truncate', item_id: id, content_index: 0, audio_end_ms: 700 } as Message);
  expect(await stream.next(of('conversation.item.truncated'))).toMatchObject({ item_id: id, audio_end_ms: 700 });
});

it.each([
  ['the client says so', 'client_cancelled'],
  ['somebody speaks', 'turn_detected'],
])('ends an answer when %s', async (_, reason) => {
  const stream = await open();
  stream.send({ type: 'response.create' });
  await stream.next(of('response.output_audio.delta'));
  if (reason === 'client_cancelled') stream.send({ type: 'response.cancel' });
  else append(stream, await spoken('hello there'));
  const { response } = await stream.next(of('response.done'));
  expect(response).toMatchObject({ status: 'cancelled', status_details: { type: 'cancelled', reason } });
  expect(response.output[0].status).toBe('incomplete');
  const last = stream.messages.findIndex(of('response.done'));
  expect(stream.messages.slice(0, last).some(of('response.output_audio.done'))).toBe(true);
  expect(audioMs(stream.messages.slice(0, last))).toBeLessThan(2000);
  if (reason === 'turn_detected')
    await stream.next(({ type, response: next }) => type === 'response.done' && next !== response);
});

it('leaves it to the client when a turn ends, where turn detection is off', async () => {
  const stream = await open();
  stream.send({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { turn_detection: null } } },
  } as Message);
  stream.send({ type: 'input_audio_buffer.commit', event_id: 'mine' } as Message);
  const { error } = await stream.next(of('error'));
  expect(error).toMatchObject({ code: 'input_audio_buffer_commit_empty', event_id: 'mine' });
  append(stream, await spoken('hello there'));
  stream.send({ type: 'input_audio_buffer.commit' });
  await stream.next(of('conversation.item.done'));
  expect(stream.messages.some(({ type }) => type.startsWith('response.') || type.includes('speech'))).toBe(false);
  stream.send({ type: 'response.create' });
  expect((await stream.next(of('response.done')))['response'].status).toBe('completed');
});

it.each([
  ['{', 'invalid_json', null],
  ['{"type":"session.dance"}', 'invalid_value', 'type'],
  [
    '{"type":"session.update","session":{"modalities":["audio"],"type":"realtime"}}',
    'unknown_parameter',
    'session.modalities',
  ],
  ['{"type":"session.update","session":{"instructions":""}}', 'missing_required_parameter', 'session.type'],
  ['{"type":"input_audio_buffer.append","audio":"?"}', 'invalid_value', 'audio'],
  ['{"type":"response.cancel"}', 'response_cancel_not_active', null],
])('answers %s with an error, and goes on', async (text, code, param) => {
  const stream = await open();
  stream.sendText(text);
  expect((await stream.next(of('error')))['error']).toMatchObject({ type: 'invalid_request_error', code, param });
  stream.send({ type: 'input_audio_buffer.clear' });
  await stream.next(of('input_audio_buffer.cleared'));
});

it('refuses a wrong key at the handshake, and breaks off on demand', async () => {
  const socket = new WebSocket(`${sandbox.realtimeUrl}?model=gpt-realtime`, {
    headers: { authorization: 'Bearer no' },
  });
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  expect(response.statusCode).toBe(401);
  sandbox.faults.next({ vendor: 'openai', mode: 'realtime', kind: 'close-mid-stream', after: 1 });
  const stream = await open();
  append(stream, silence(500, 24_000));
  expect((await stream.closed).code).toBe(1006);
});
