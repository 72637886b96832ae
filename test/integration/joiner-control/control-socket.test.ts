import { createEgress, type Egress } from '@earshot/egress';
import { eventually, startCustomer, type Customer } from '@earshot/harness';
import { silentLog, SECOND, type BotId } from '@earshot/kernel';
import { systemClock } from '@earshot/service';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openControlSocket, type ControlSocket } from '../../../services/joiner/src/control/control-socket.ts';
import { FakeVoice } from '../../../services/joiner/src/speech/fake-voice.fixture.ts';

let customer: Customer;
let egress: Egress;
let voice: FakeVoice;
let socket: ControlSocket;
const counted: string[] = [];
beforeEach(async () => {
  customer = await startCustomer();
  egress = createEgress({ allow: ['127.0.0.1'], log: silentLog });
  voice = new FakeVoice();
  counted.length = 0;
  socket = open(`${customer.controlUrl}/bot-1`, voice);
});
afterEach(async () => {
  await socket.end({ isHandedOver: true });
  await egress[Symbol.asyncDispose]();
  await customer[Symbol.asyncDispose]();
});

function open(url: string, given: FakeVoice, botId = 'bot-1'): ControlSocket {
  return openControlSocket({
    ...{
      url,
      egress,
      botId: botId as BotId,
      platform: 'web',
      bargeIn: 'notify',
      voice: given,
      clock: systemClock,
      log: silentLog,
    },
    speaker: { interrupt: (outcome) => given.interrupt(outcome) },
    writeChat: async () => true,
    showImage: () => {},
    fetchPicture: async () => ({ problem: 'status' }),
    metrics: { command: (name, outcome) => void counted.push(`${name} ${outcome}`), bargeIn: () => {} },
  });
}

/** The connection of that number, once it has its first message. */
const connected = (number: number) =>
  customer.watched.until(
    () => customer.control[number]?.messages[0] && customer.control[number],
    AbortSignal.timeout(10 * SECOND),
  );
/** What a connection got, by its kind: `ready`, a command, or an error's code. */
const kinds = (number: number) =>
  (customer.control[number]?.messages ?? []).map(({ body }) => body.code ?? body.command ?? body.type);
const until = (look: () => boolean) => customer.watched.until(look, AbortSignal.timeout(10 * SECOND));
const tenth = new Int16Array(4800).fill(100);
/** What was sent before it was obeyed or refused once this is answered. */
async function settled(number: number): Promise<void> {
  const before = kinds(number).filter((kind) => kind === 'unknown_command').length;
  customer.control[number]?.send({ command: 'end of the test' });
  await until(() => kinds(number).filter((kind) => kind === 'unknown_command').length > before);
}

it('says ready first on each connection, obeys again after a loss, and what was queued stays', async () => {
  // What others write before it is there waits for it.
  const chat = [{ messageId: 'm', senderName: 'Ann', senderId: 'a', text: 'Hi', atMs: 0 }];
  const batch = {
    clockMs: 0,
    frames: [],
    participants: [],
    chat,
    speaking: [],
    captions: [],
    captionsShown: undefined,
  };
  socket.onBatch(batch);
  const first = await connected(0);
  expect(first.path).toBe('/control/bot-1');
  expect(first.messages[0]?.body).toEqual({ type: 'ready', bot_id: 'bot-1', message: 'Ready to receive messages' });
  first.send({ command: 'ack', bot_id: 'bot-1', message: 'Control channel bound to bot-1' });
  for (let at = 0; at < 5; at += 1) first.say(tenth);
  await settled(0);
  first.cut();
  const second = await connected(1);
  for (let at = 0; at < 5; at += 1) second.say(tenth);
  await settled(1);
  expect(kinds(0)).toEqual(['ready', 'usermsg', 'unknown_command']);
  expect(kinds(1)).toEqual(['ready', 'unknown_command']);
  expect([voice.samples, voice.speechIds.length, voice.interruptions]).toEqual([48_000, 1, []]);
});

it.each([
  [false, 1000],
  [true, 1001],
])('closes where somebody goes on (%s) with %i', async (isHandedOver, code) => {
  const connection = await connected(0);
  await socket.end({ isHandedOver });
  await until(() => connection.closeCode !== undefined);
  expect(connection.closeCode).toBe(code);
});

it('answers whatever cannot be obeyed, and never closes for it', async () => {
  const connection = await connected(0);
  const refused: [object | string, string][] = [
    ['{"command":', 'invalid_message'],
    ['null', 'invalid_message'],
    [{ command: 'dance' }, 'unknown_command'],
    [{ command: 'sendaudio', audiochunk: '!' }, 'invalid_command'],
    [{ command: 'sendaudio', audiochunk: 'AAAA', sample_rate: 96_000 }, 'invalid_command'],
    [{ command: 'sendaudio', bot_id: 'bot-2', audiochunk: 'AAAA' }, 'wrong_bot'],
    [{ command: 'sendmsg', msg: 'x'.repeat(2001) }, 'too_long'],
    [{ command: 'sendimg', img: 'AAAA' }, 'invalid_command'],
    [{ command: 'sendimg_url', img_url: 'http://10.0.0.1/x.png' }, 'image_unavailable'],
  ];
  for (const [message] of refused) connection.send(message);
  await until(() => connection.messages.length > refused.length);
  expect(kinds(0).toSorted()).toEqual(['ready', ...refused.map(([, code]) => code)].toSorted());
  for (const { body } of connection.messages.slice(1)) {
    expect(body).toEqual({
      type: 'error',
      command: body.command,
      code: body.code,
      message: expect.stringMatching(/\w/),
    });
  }
  connection.send({ command: 'interrupt' });
  await settled(0);
  expect([voice.interruptions, connection.closeCode]).toEqual([['interrupted'], undefined]);
});

it('says no more of a flood than the queue holds, answers few of its errors, and serves another bot meanwhile', async () => {
  const connection = await connected(0);
  const other = new FakeVoice();
  const beside = open(`${customer.controlUrl}/bot-2`, other, 'bot-2');
  const calm = await connected(1);
  const chunk = new Int16Array(48_000 * 5).fill(100);
  for (let at = 0; at < 100; at += 1) connection.say(chunk);
  for (let at = 0; at < 10_000; at += 1) connection.send('{}');
  calm.say(tenth);
  await settled(1);
  const limited = () => counted.filter((each) => each.endsWith('rate_limited')).length;
  await eventually(async () => limited() > 5000, { signal: AbortSignal.timeout(10 * SECOND) });
  expect(other.samples).toBe(4800);
  expect(voice.samples).toBeLessThanOrEqual(60 * 48_000);
  expect(kinds(0)).toContain('queue_full');
  expect(kinds(0).length).toBeLessThan(200);
  expect([connection.closeCode, calm.closeCode]).toEqual([undefined, undefined]);
  await beside.end({ isHandedOver: false });
}, 30_000);

it('is closed by a message of more than a MiB, and connects again', async () => {
  const connection = await connected(0);
  connection.send({ command: 'sendaudio', audiochunk: 'A'.repeat(1024 * 1024) });
  const next = await connected(1);
  expect(connection.closeCode).toBe(1009);
  next.say(tenth);
  await settled(1);
  expect(voice.samples).toBe(4800);
});

it('ends within its time where the customer reads nothing more', async () => {
  const connection = await connected(0);
  connection.stall();
  const startedAt = performance.now();
  await socket.end({ isHandedOver: false });
  // A second for what waits, and one for the handshake.
  expect(performance.now() - startedAt).toBeLessThan(10 * SECOND);
});
