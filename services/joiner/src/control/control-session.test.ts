import { setImmediate } from 'node:timers/promises';
import { FakeClock, silentLog, type BargeIn, type BotId } from '@earshot/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Picture } from '../domain/picture.ts';
import type { IngestBatch } from '../domain/ingest-batch.ts';
import { FakeVoice } from '../speech/fake-voice.fixture.ts';
import { ControlSession } from './control-session.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const second = Buffer.alloc(96_000).toString('base64');
const empty: IngestBatch = {
  ...{ clockMs: 1000, frames: [], participants: [], chat: [], speaking: [], captions: [], captionsShown: undefined },
};

describe('ControlSession', () => {
  let voice: FakeVoice;
  let clock: FakeClock;
  let session: ControlSession;
  let sent: { [key: string]: unknown }[];
  let written: string[];
  let shown: Picture[];
  let counted: string[];
  let isChatSent: Promise<boolean>;
  let fetched: Promise<{ picture: Picture } | { problem: string }>;

  function open(bargeIn: BargeIn = 'notify'): void {
    session = new ControlSession({
      ...{ botId: 'bot-1' as BotId, platform: 'google-meet', bargeIn, voice, clock, log: silentLog },
      speaker: { interrupt: (outcome) => voice.interrupt(outcome) },
      writeChat: (text) => (written.push(text), isChatSent),
      showImage: (picture) => void shown.push(picture),
      fetchPicture: () => fetched,
      metrics: {
        command: (name, outcome) => void counted.push(`${name} ${outcome}`),
        bargeIn: () => void counted.push('barge-in'),
      },
      send: (message) => void sent.push(message as never),
    });
  }

  async function command(message: object): Promise<void> {
    session.onMessage(Buffer.from(JSON.stringify(message)), false);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  }

  beforeEach(() => {
    voice = new FakeVoice();
    clock = new FakeClock();
    [sent, written, shown, counted] = [[], [], [], []];
    isChatSent = Promise.resolve(true);
    fetched = Promise.resolve({ problem: 'status' });
    open();
  });

  it('says audio, and is silent when told so, in both ways', async () => {
    await command({ command: 'sendaudio', bot_id: 'bot-1', audiochunk: second });
    expect(voice.pcm.length).toBe(48_000);
    await command({ command: 'interrupt' });
    await command({ command: 'sendaudio', audiochunk: '' });
    expect(voice.interruptions).toEqual(['interrupted', 'interrupted']);
    expect(sent).toEqual([]);
    expect(counted).toEqual(['sendaudio obeyed', 'interrupt obeyed', 'sendaudio obeyed']);
  });

  it('writes messages, and of a chat only what is final, the user’s as a quotation', async () => {
    await command({ command: 'sendmsg', message: 'Hello', msg: 'Hello' });
    await command({ command: 'sendchat', text: 'I th', is_final: false });
    await command({ command: 'sendchat', text: 'I think', is_final: true });
    await command({ command: 'sendchat', role: 'user', text: 'What\ndo you think?', is_final: true });
    await command({ command: 'ack' });
    expect(written).toEqual(['Hello', 'I think', '> What\n> do you think?']);
    expect(sent).toEqual([]);
  });

  it('shows pictures', async () => {
    await command({ command: 'sendimg', img: PNG.toString('base64') });
    fetched = Promise.resolve({ picture: { type: 'image/png', width: 2, height: 2, bytes: PNG } });
    await command({ command: 'sendimg_url', img_url: 'https://a.example/x.png' });
    expect(shown).toMatchObject([{ type: 'image/png', width: 1 }, { width: 2 }]);
  });

  it('shows of several pictures the one that was asked for last, however long it took', async () => {
    const slow = Promise.withResolvers<{ picture: Picture }>();
    fetched = slow.promise;
    await command({ command: 'sendimg_url', img_url: 'https://a.example/slow.png' });
    await command({ command: 'sendimg', img: PNG.toString('base64') });
    slow.resolve({ picture: { type: 'image/png', width: 9, height: 9, bytes: PNG } });
    await command({ command: 'ack' });
    expect(shown).toMatchObject([{ width: 1 }]);
  });

  it.each<[object, object]>([
    [{ command: 'dance' }, { command: 'dance', code: 'unknown_command' }],
    [
      { command: 'sendaudio' },
      { command: 'sendaudio', code: 'invalid_command', message: expect.stringMatching('audiochunk') },
    ],
    [
      { command: 'interrupt', bot_id: 'x' },
      { command: 'interrupt', code: 'wrong_bot' },
    ],
    [
      { command: 'sendmsg', msg: 'x'.repeat(501) },
      { command: 'sendmsg', code: 'too_long', message: expect.stringMatching('500') },
    ],
    [
      { command: 'sendimg', img: 'AAAA' },
      { command: 'sendimg', code: 'invalid_command' },
    ],
    [
      { command: 'sendimg_url', img_url: 'http://10.0.0.1' },
      { command: 'sendimg_url', code: 'image_unavailable', message: expect.stringMatching('status') },
    ],
  ])('answers %j with an error', async (message, error) => {
    await command(message);
    expect(sent).toEqual([expect.objectContaining({ type: 'error', message: expect.any(String), ...error })]);
    expect(counted).toEqual([expect.stringContaining((error as { code: string }).code)]);
  });

  it('tells when a message could not be sent', async () => {
    isChatSent = Promise.resolve(false);
    await command({ command: 'sendmsg', msg: 'Hello' });
    expect(sent).toMatchObject([{ command: 'sendmsg', code: 'not_sent' }]);
  });

  it('tells when the queue is full, and says nothing of that chunk', async () => {
    voice.queuedMs = 59_900;
    await command({ command: 'sendaudio', audiochunk: second });
    expect(sent).toMatchObject([{ command: 'sendaudio', code: 'queue_full' }]);
    expect(voice.said).toEqual([]);
  });

  it('reads no more than its budget, answers few of the errors, and still obeys an interruption a second later', async () => {
    const flood = Buffer.from(
      JSON.stringify({ command: 'sendaudio', audiochunk: Buffer.alloc(500_000).toString('base64') }),
    );
    for (let at = 0; at < 500; at += 1) session.onMessage(flood, false);
    expect(sent.length).toBeLessThanOrEqual(20);
    expect(sent.at(-1)).toMatchObject({ code: 'rate_limited' });
    expect(counted.filter((each) => each.endsWith('rate_limited')).length).toBeGreaterThan(450);
    await clock.advance(1000);
    voice.interruptions.length = 0;
    await command({ command: 'interrupt' });
    expect(voice.interruptions).toEqual(['interrupted']);
  });

  it('tells what others write, and not what the bot wrote', () => {
    const entry = { messageId: 'm', senderName: 'Ann', senderId: 'a', text: 'Hi', atMs: 400 };
    session.onBatch({ ...empty, chat: [entry, { ...entry, text: 'mine', isOwn: true }] });
    const timestamp = new Date(clock.now() - 600).toISOString();
    expect(sent).toEqual([
      { command: 'usermsg', bot_id: 'bot-1', message: 'Hi', sender_id: 'a', sender_name: 'Ann', timestamp },
    ]);
  });

  const joined = { action: 'joined', participantId: 'a', name: 'Ann', atMs: 0, alreadyPresent: true } as const;
  const speaks = (trackId: string, isOwnVoice = false) =>
    Array.from({ length: 10 }, (_, index) => ({
      ...{ trackId, codec: 'opus' as const, payload: new Uint8Array(40), level: 20, isOwnVoice },
      ...{ arrivedMs: index * 20, rtpTimestamp: index * 960 },
    }));
  const bargesIn = (trackId: string, isOwnVoice = false) => {
    voice.queuedMs = 5000;
    voice.start('speech', 1230);
    session.onBatch({ ...empty, participants: [{ ...joined, trackIds: ['t1'] }], frames: speaks(trackId, isOwnVoice) });
  };
  const interrupt = { command: 'interrupt', bot_id: 'bot-1', speaker_id: 'a', speaker_name: 'Ann', played_ms: 1230 };

  it('tells who begins to speak while the bot speaks, and goes on', () => {
    bargesIn('t1');
    expect(sent).toEqual([interrupt]);
    expect(voice.interruptions).toEqual([]);
  });

  it('is silent then where the order says so', () => {
    open('stop');
    bargesIn('t1');
    expect(sent).toEqual([interrupt]);
    expect(voice.interruptions).toEqual(['barge-in']);
  });

  it('does nothing where the order says so', () => {
    open('off');
    bargesIn('t1');
    expect([sent, voice.interruptions]).toEqual([[], []]);
  });

  it('tells of somebody whose track is nobody’s that is known', () => {
    bargesIn('t9');
    expect(sent).toMatchObject([{ speaker_id: '', speaker_name: '' }]);
  });

  it.each(['by its id', 'by its name'])('takes no other bot of this system for a person, known %s', (how) => {
    open('stop');
    session.setOtherBots([{ name: 'Ann', rosterId: how === 'by its id' ? 'a' : '', certificates: [] }]);
    bargesIn('t1');
    expect([sent, voice.interruptions]).toEqual([[], []]);
  });

  it('never takes the bot for a person', () => {
    bargesIn('own', true);
    expect(sent).toEqual([]);
  });

  it('does not tell while nothing sounds', () => {
    session.onBatch({ ...empty, frames: speaks('t1') });
    bargesIn('t2');
    voice.end('speech');
    session.onBatch({ ...empty, frames: speaks('t3') });
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['muted-by-host', 'muted_by_host'],
    ['forbidden', 'unmute_forbidden'],
  ] as const)('tells that the microphone is %s', (state, code) => {
    voice.emit({ case: 'microphone', state });
    expect(sent).toMatchObject([{ type: 'error', command: null, code }]);
  });

  it.each(['on', 'muted', 'unknown'] as const)('says nothing of a microphone that is %s', (state) => {
    voice.emit({ case: 'microphone', state });
    expect(sent).toEqual([]);
  });
});
