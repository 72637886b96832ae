import { eventually, startVoiceAgent, type VoiceAgent } from '@earshot/harness';
import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeBot } from './fake-bot.ts';

const WAIT_MS = 20_000;
const words = (from: number, to: number) =>
  sentences
    .slice(from, to)
    .map(({ text }) => `${text}.`)
    .join(' ');
/** One after the other: short, two that somebody breaks into, and the rest. */
const answers = [words(3, 4), words(5, 13), words(8, 16), words(6, 7), words(7, 8)];

let sandbox: Sandbox;
let bot: FakeBot;
let agent: VoiceAgent;
/** One turn of a person's, and the silence behind it. */
let turn: Int16Array;

beforeAll(async () => {
  sandbox = await startSandbox({ realtimeAnswers: answers, realtimePace: 4 });
  bot = await FakeBot.start();
  agent = await startAgent();
  const said = await made('good morning');
  turn = new Int16Array(said.length / 2 + 24_000);
  turn.set(new Int16Array(said.buffer, said.byteOffset, said.length / 2));
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await bot[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

const startAgent = () =>
  startVoiceAgent({ sandbox, earshotUrl: bot.url, apiKey: 'ek', meetingLink: 'https://meet.example/abc' });
const until = <T>(look: () => T | undefined | false) => bot.watched.until(look, AbortSignal.timeout(WAIT_MS));
const order = (path: string) => until(() => bot.orders.find((each) => each.path === `/api/v1/bots/${path}`));

/** The voice of the sandbox, 24 kHz: what its model says of a text is the same, to the sample. */
async function made(text: string): Promise<Buffer> {
  const response = await fetch(`${sandbox.openaiUrl}/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.keys.openai}` },
    body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: text, response_format: 'pcm' }),
  });
  return Buffer.from(await response.arrayBuffer());
}

/** What the agent asked of the model since there were so many requests, but for audio. */
async function asked(type: string, since: number) {
  const look = async () =>
    sandbox.requests
      .slice(since)
      .map(({ body }) => body as Record<string, unknown> | undefined)
      .find((body) => body?.['type'] === type);
  return eventually(look, { signal: AbortSignal.timeout(WAIT_MS), everyMs: 10 });
}

/** The bot is given a whole answer to say, and nothing else; the model has no more to add. */
async function answered(text: string, since: number): Promise<void> {
  const whole = await made(text);
  await until(() => bot.spokenSince(since).length >= whole.length);
  expect(bot.spokenSince(since).equals(whole)).toBe(true);
  await printed(`agent: ${text}`);
}

const printed = (line: string) =>
  eventually(async () => agent.lines.includes(line), { signal: AbortSignal.timeout(WAIT_MS), everyMs: 10 });

/** The bot is told to be silent; what comes next has the index that this answers. */
const interrupted = (since: number) =>
  until(
    () => bot.commands.findIndex(({ command }, index) => index >= since && command === 'interrupt') + 1 || undefined,
  );

it('orders a bot with both sockets, and audio as the model takes it', async () => {
  const ordered = await order('create_bot');
  expect(ordered.authorization).toBe('Token ek');
  expect(ordered.body).toMatchObject({
    meeting_link: 'https://meet.example/abc',
    live_audio_required: { websocket_url: expect.stringMatching(/^ws:.*\/audio$/), sample_rate: 24_000 },
    socket_connection_url: { websocket_url: expect.stringMatching(/^ws:.*\/control$/), barge_in: 'stop' },
  });
  await bot.enter(ordered);
});

it('has the bot say what the model answers to a turn, to the sample', async () => {
  bot.hear(turn);
  await answered(answers[0]!, 0);
  expect(bot.commands[0]).toMatchObject({
    ...{ command: 'sendaudio', sample_rate: 24_000, encoding: 'pcm16', channels: 1, endianness: 'little' },
  });
});

it('has the model forget what nobody heard, when the bot tells that somebody spoke', async () => {
  const asks = bot.commands.length;
  bot.hear(turn);
  await until(() => bot.spokenSince(asks).length > 24_000);
  const [commands, requests] = [bot.commands.length, sandbox.requests.length];
  bot.tell({ command: 'interrupt', bot_id: 'bot-1', speaker_id: 'p', speaker_name: 'Ann', played_ms: 120 });
  await asked('response.cancel', requests);
  expect(await asked('conversation.item.truncate', requests)).toMatchObject({ audio_end_ms: 120 });
  const at = await interrupted(commands);
  expect(bot.spokenSince(asks).length).toBeLessThan((await made(answers[1]!)).length);
  // The next answer begins where it begins: nothing of the old one comes behind the interruption.
  bot.hear(turn);
  const begun = (await made(answers[2]!)).subarray(0, 24_000);
  await until(() => bot.spokenSince(at).length >= begun.length);
  expect(bot.spokenSince(at).subarray(0, begun.length).equals(begun)).toBe(true);
});

it('has the bot be silent when the model notices first', async () => {
  const [commands, requests] = [bot.commands.length, sandbox.requests.length];
  // Some syllables, and the rest of the turn after the bot was told.
  bot.hear(turn.subarray(0, 12_000));
  const at = await interrupted(commands);
  bot.hear(turn.subarray(12_000));
  const { audio_end_ms: endMs } = (await asked('conversation.item.truncate', requests)) as { audio_end_ms: number };
  expect(endMs).toBeGreaterThan(0);
  await answered(answers[3]!, at);
});

it('answers what is written in the chat, by a socket that was lost in between', async () => {
  bot.loseControl();
  await bot.enter(await order('create_bot'));
  const [commands, requests] = [bot.commands.length, sandbox.requests.length];
  bot.tell({ command: 'usermsg', bot_id: 'bot-1', message: 'What about lunch?', sender_id: 'p', sender_name: 'Ann' });
  expect(await asked('conversation.item.create', requests)).toMatchObject({
    item: { content: [{ type: 'input_text', text: 'Ann writes: What about lunch?' }] },
  });
  await answered(answers[4]!, commands);
});

it('ends when the bot has left, without a complaint of the model’s', async () => {
  bot.leave();
  expect(await agent.exited).toBe(0);
  expect(agent.lines[0]).toBe('bot bot-1 is on its way');
  expect(agent.lines.filter((line) => /^(model|bot): /.test(line))).toEqual([]);
});

it('has the bot leave when it is stopped', async () => {
  bot.orders.length = 0;
  await using other = await startAgent();
  await order('create_bot');
  await eventually(async () => other.lines.length > 0, { signal: AbortSignal.timeout(WAIT_MS), everyMs: 10 });
  other.interrupt();
  await order('bot-1/remove_bot');
  await other.exited;
});
