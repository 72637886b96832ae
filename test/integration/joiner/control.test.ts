import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  AudioContainer,
  JoinerServiceService,
  type SpeakRequest,
  type SpeakStart,
} from '@earshot/contract/joiner/v1/joiner.ts';
import { resample, wavHeader } from '@earshot/audio';
import { samplesOf } from '@earshot/demo';
import { asEncoded, findSpeech, startCustomer, type ControlConnection, type Customer } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { LabParticipant, Room } from '@earshot/lab';
import { createRpcClient, type RpcClient } from '@earshot/rpc';
import { startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ordered } from './fake-scheduler.ts';
import { openFixture, type Fixture } from './fixture.ts';
import { startPictureServer, stripes, type PictureServer } from './picture-server.ts';
import { receivedBy } from './voice-fixture.ts';

const sentence = 'the numbers of this quarter are better than before';
const account = { accountId: 'account' };

/** One meeting with one person in it and a bot that is commanded from outside. */
describe('a bot that is commanded from outside', { timeout: 90_000 }, () => {
  let fixture: Fixture;
  let customer: Customer;
  let sandbox: Sandbox;
  let pictures: PictureServer;
  let room: Room;
  let bot: Ordered;
  let ann: LabParticipant;
  let listener: Ordered;
  let socket: ControlConnection;
  let rpc: RpcClient<typeof JoinerServiceService>;
  let spoken: Int16Array;

  beforeAll(async () => {
    [customer, sandbox, spoken] = await Promise.all([startCustomer(), startSandbox(), samplesOf(sentence)]);
    pictures = await startPictureServer({ '/red.png': stripes([[255, 0, 0]]) });
    fixture = await openFixture({ TTS_URL: sandbox.openaiUrl, TTS_API_KEY: sandbox.keys.openai });
    room = fixture.lab.createRoom({ face: 'web' });
    ann = await room.join({ name: 'Ann' });
    const order = (botName: string) =>
      fixture.scheduler.order({ meetingUrl: room.link, botName, destinations: destinationsOf(botName) });
    bot = order('Earshot');
    socket = await until(() => connection(0));
    await fixture.scheduler.moments.until(
      () => fixture.scheduler.seen(bot.botId).includes('recordingStarted'),
      'recording',
    );
    const rpcAddress = fixture.scheduler.heartbeat()?.rpcAddress ?? '';
    rpc = createRpcClient(JoinerServiceService, rpcAddress, { service: 'gateway' });
    // It has a socket too, so that what it receives is handed over at once.
    listener = order('Listener');
    await fixture.scheduler.moments.until(
      () => fixture.scheduler.seen(listener.botId).includes('recordingStarted'),
      'the listener',
    );
  }, 90_000);
  afterAll(async () => {
    await rpc?.[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
    await Promise.all([customer, sandbox, pictures].map((part) => part[Symbol.asyncDispose]()));
  }, 30_000);

  const until = <T>(look: () => T | undefined | false) =>
    customer.watched.until(look, AbortSignal.timeout(30 * SECOND));
  const destinationsOf = (name: string) => ({
    ...{ lifecycleUrl: '', callbackVersion: '', liveTranscriptWebhookUrl: '', liveTranscriptSocketUrl: '' },
    ...{ liveAudioSocketUrl: '', liveVideoSocketUrl: '', participantHooks: [] },
    controlSocketUrl: `${customer.controlUrl}/${name}`,
  });
  /** The bot's own, once it has its first message. */
  const connection = (number: number) => {
    const own = customer.control.filter(({ path }) => path.endsWith('/Earshot'))[number];
    return own?.messages[0] && own;
  };
  const messagesOf = (connection: ControlConnection, command: string) =>
    connection.messages.filter(({ body }) => body.command === command || body.code === command).map(({ body }) => body);

  /** What the other bot has received so far of the loudest, as nobody has played it: a page's player stretches what comes unevenly. */
  async function received(): Promise<Int16Array> {
    const tracks = [...(await receivedBy(fixture.media, listener.botId)).values()].map(({ samples }) => samples);
    const power = (samples: Int16Array) => samples.reduce((sum, each) => sum + each * each, 0);
    return tracks.toSorted((a, b) => power(b) - power(a))[0] ?? new Int16Array(0);
  }

  /** How well what was said is in what the other participant has heard since `from`. */
  async function correlation(said: Int16Array, from: number): Promise<number> {
    await setTimeout(500);
    const samples = await received();
    const since = samples.subarray(from);
    return findSpeech(since, asEncoded(said), { from: 0, to: Math.max(0, since.length - said.length) }).correlation;
  }
  const position = async () => (await received()).length;
  const endsOf = () => fixture.scheduler.speechesOf(bot.botId).filter(({ case: kind }) => kind === 'speechEnded');
  async function nextEnd(before: number) {
    return fixture.scheduler.moments.until(() => endsOf()[before]?.value, `the end of speech ${before}`, 30_000);
  }

  it('is ready first, by the name that its heartbeat gives', () => {
    expect(socket.messages[0]?.body).toEqual({
      ...{ type: 'ready', bot_id: bot.botId, message: 'Ready to receive messages' },
    });
    expect(fixture.scheduler.heartbeat()?.rpcAddress).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
  });

  it('is heard as it was sent, at 8, 16, 24 and 48 kHz, in chunks of 20 ms to 2 s, in bursts and late', async () => {
    const [from, ends] = [await position(), endsOf().length];
    const sizes = [20, 2000, 20, 20, 240, 500, 20, 1000];
    const startedAt = performance.now();
    const sent: Int16Array[] = [];
    for (const sampleRate of [8000, 16_000, 24_000, 48_000]) {
      const beganMs = sent.reduce((sum, { length }) => sum + length / 48, 0);
      const pcm = resample(spoken, { fromRate: 48_000, toRate: sampleRate });
      // What a low rate cannot hold was not sent.
      sent.push(resample(pcm, { fromRate: sampleRate, toRate: 48_000 }));
      for (let at = 0, chunk = 0; at < pcm.length; chunk += 1) {
        const size = ((sizes[chunk % sizes.length] ?? 20) * sampleRate) / 1000;
        socket.say(pcm.subarray(at, at + size), { sampleRate });
        at += size;
        // Some only when nearly all that came before has sounded.
        const dueMs = beganMs + (at * 1000) / sampleRate - (performance.now() - startedAt) - 80;
        if (chunk % 3 === 1) await setTimeout(Math.max(0, dueMs));
      }
    }
    const said = Int16Array.from(sent.flatMap((pcm) => [...pcm]));
    const { outcome, heardMs } = (await nextEnd(ends)) as { outcome: string; heardMs: number };
    expect(outcome).toBe('SPEECH_OUTCOME_COMPLETED');
    // But for what the filter waits for at the end.
    expect(Math.abs(heardMs - said.length / 48)).toBeLessThan(10);
    const found = await correlation(said, from);
    console.info('control', { correlation: found });
    expect(found).toBeGreaterThan(0.95);
  });

  it('goes on with what was queued where the socket is lost, and is commanded by the next one', async () => {
    const [from, ends] = [await position(), endsOf().length];
    const half = Math.floor(spoken.length / 2);
    socket.say(spoken.subarray(0, half));
    await fixture.scheduler.moments.until(
      () => fixture.scheduler.speechesOf(bot.botId).filter(({ case: kind }) => kind === 'speechStarted').length > ends,
      'the beginning',
    );
    socket.cut();
    socket = await until(() => connection(1));
    socket.say(spoken.subarray(half));
    expect(await nextEnd(ends)).toMatchObject({ outcome: 'SPEECH_OUTCOME_COMPLETED' });
    const found = await correlation(spoken, from);
    console.info('control', { cut: true, correlation: found });
    expect(found).toBeGreaterThan(0.95);
  });

  it('writes into the chat, and tells what others write there', async () => {
    socket.send({ command: 'sendmsg', message: 'Hello', msg: 'Hello' });
    socket.send({ command: 'sendchat', role: 'user', text: 'What now', is_final: true });
    await room.waitFor(() => room.chat.filter(({ name }) => name === 'Earshot').length === 2);
    expect(room.chat.map(({ text }) => text)).toEqual(['Hello', '> What now']);
    await ann.sendChat('Hi bot');
    await until(() => messagesOf(socket, 'usermsg').length > 0);
    expect(messagesOf(socket, 'usermsg')).toEqual([
      {
        ...{ command: 'usermsg', bot_id: bot.botId, message: 'Hi bot', sender_name: 'Ann' },
        ...{ sender_id: expect.any(String), timestamp: expect.stringMatching(/^\d{4}-.*Z$/) },
      },
    ]);
    // They are no messages of the scheduler's.
    expect(fixture.scheduler.chatSent(bot.botId)).toEqual([]);
  });

  it('tells who begins to speak while it speaks, and is silent when told so', async () => {
    const ends = endsOf().length;
    const long = Int16Array.from({ length: 48_000 * 8 }, (_, at) => 3000 * Math.sin((2 * Math.PI * 200 * at) / 48_000));
    socket.say(long.subarray(0, 48_000 * 4));
    socket.say(long.subarray(48_000 * 4));
    await fixture.scheduler.moments.until(
      () => fixture.scheduler.speechesOf(bot.botId).filter(({ case: kind }) => kind === 'speechStarted').length > ends,
      'the beginning',
    );
    void ann.say('please wait a moment');
    const interrupt = await until(() => messagesOf(socket, 'interrupt')[0]);
    expect(interrupt).toMatchObject({ bot_id: bot.botId, speaker_name: 'Ann', speaker_id: expect.stringMatching(/./) });
    expect(interrupt.played_ms).toBeGreaterThan(0);
    socket.send({ command: 'interrupt', bot_id: bot.botId, action: 'clear_audio_queue' });
    const end = (await nextEnd(ends)) as { outcome: string; heardMs: number };
    expect(end.outcome).toBe('SPEECH_OUTCOME_INTERRUPTED');
    expect(end.heardMs).toBeLessThan(8000);
    expect(messagesOf(socket, 'interrupt')).toHaveLength(1);
  });

  const raw = (pcm: Int16Array) => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const wav = (pcm: Int16Array) =>
    Buffer.concat([wavHeader({ sampleRate: 16_000, channels: 1, bytes: pcm.byteLength }), raw(pcm)]);
  async function speak(content: SpeakStart['content'], bytes: Buffer = Buffer.alloc(0)) {
    const speechId = randomUUID();
    const requests = async function* (): AsyncGenerator<SpeakRequest> {
      yield { message: { $case: 'start', value: { botId: bot.botId, speechId, content } } };
      for (let at = 0; at < bytes.length; at += 64 * 1024)
        yield { message: { $case: 'chunk', value: bytes.subarray(at, at + 64 * 1024) } };
      yield { message: { $case: 'chunk', value: Buffer.alloc(0) } };
    };
    for await (const { durationMs } of rpc.speak(requests(), account)) return { speechId, durationMs };
    throw new Error('no answer');
  }

  it.each(['wav', 'text'])('says what it is called with: %s', async (kind) => {
    const [from, ends] = [await position(), endsOf().length];
    const at16 = resample(spoken, { fromRate: 48_000, toRate: 16_000 });
    const audio = (container: AudioContainer) => ({
      ...{ $case: 'audio' as const, value: { container, sampleRate: 16_000, channels: 1 } },
    });
    const { speechId, durationMs } =
      kind === 'wav'
        ? await speak(audio(AudioContainer.WAV), wav(at16))
        : await speak({ $case: 'text', value: sentence });
    const end = (await nextEnd(ends)) as { speechId: string; outcome: string; totalMs: number };
    expect(end).toMatchObject({ speechId, outcome: 'SPEECH_OUTCOME_COMPLETED' });
    expect(Math.abs(end.totalMs - durationMs)).toBeLessThanOrEqual(1);
    if (kind === 'text') expect(durationMs).toBeGreaterThan(1000);
    else expect(await correlation(spoken, from)).toBeGreaterThan(0.95);
  });

  it('stops when it is called to', async () => {
    const ends = endsOf().length;
    const { speechId } = await speak({ $case: 'text', value: `${sentence}. ${sentence}.` });
    expect(await rpc.stopSpeaking({ botId: bot.botId }, account)).toEqual({ speechIds: [speechId] });
    expect(await nextEnd(ends)).toMatchObject({ speechId, outcome: 'SPEECH_OUTCOME_INTERRUPTED' });
  });

  it('shows an image', async () => {
    await rpc.showImage({ botId: bot.botId, url: `${pictures.url}/red.png`, displaySeconds: 0 }, account);
    const isRed = async () => {
      const [red = 0, green = 0, blue = 0] = (await ann.sees('Earshot'))?.[1]?.[1] ?? [];
      return red > 180 && green < 80 && blue < 80;
    };
    await expect.poll(isRed, { timeout: 20_000, interval: 250 }).toBe(true);
    const nowhere = { botId: bot.botId, url: `${pictures.url}/none.png`, displaySeconds: 0 };
    await expect(rpc.showImage(nowhere, account)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(rpc.stopSpeaking({ botId: bot.botId }, { accountId: 'other' })).rejects.toMatchObject({
      ...{ code: 'permission-denied' },
    });
  });

  it('closes its socket with 1000 when it leaves, and is nobody’s to call then', async () => {
    fixture.scheduler.stop(bot);
    await until(() => socket.closeCode !== undefined);
    expect(socket.closeCode).toBe(1000);
    await expect(rpc.stopSpeaking({ botId: bot.botId }, account)).rejects.toMatchObject({ code: 'not-found' });
  });
});
