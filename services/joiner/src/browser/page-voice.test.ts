import { FakeClock } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { SoundedVoice } from '../domain/own-voice.ts';
import { decodeDeviceMessage, type VoiceReport } from '../page-protocol/voice-layout.ts';
import type { WorkerEvent } from './ipc.ts';
import { PageVoice } from './page-voice.ts';

const pcm = (samples: number, from = 0) => Int16Array.from({ length: samples }, (_, at) => from + at);

/** A page's documents, each with what it was sent; what the voice tells whoever runs the bot. */
function rig({ hasButton = false } = {}) {
  const clock = new FakeClock();
  const events: WorkerEvent[] = [];
  const sounded: SoundedVoice[] = [];
  let presses = 0;
  const controls = {
    wantsMicrophone: false,
    ...(hasButton && { pressMicrophone: () => void (presses += 1) }),
  };
  const voice = new PageVoice({
    ...{ controls, clock },
    emit: (event) => events.push(event),
    onSounded: (each) => sounded.push(each),
  });
  function open() {
    const sent: string[] = [];
    const link = {
      send(bytes: Uint8Array) {
        const message = decodeDeviceMessage(bytes.slice().buffer);
        if (message?.kind === 'pcm') sent.push(`${message.pcm[0]}+${message.pcm.length}`);
        else sent.push(message?.kind === 'stop' ? `stop ${message.stop}` : 'picture');
      },
    };
    voice.onOpen(link);
    let last: VoiceReport = { stop: 0, isPlaying: false, microphones: 0, sounded: 0, buffered: 0, at: clock.now() };
    const report = (news: Partial<VoiceReport>) => {
      last = { ...last, at: clock.now(), ...news };
      voice.onReport(last, link);
    };
    return { link, sent, report };
  }
  const pass = async (ms: number) => {
    await clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const refusals = () => events.flatMap((event) => (event.case === 'voice-refused' ? [event.outcome] : []));
  const last = () => events.findLast((event) => event.case === 'voice');
  const count = () => events.length;
  return { count, voice, controls, clock, open, pass, refusals, last, sounded, presses: () => presses };
}

it('speaks by the document that took a microphone last, and counts what has sounded there', () => {
  const { voice, open, last, sounded } = rig();
  const [first, second] = [open(), open()];
  first.report({ microphones: 1 });
  second.report({ microphones: 1 });
  voice.say(pcm(960));
  voice.say(pcm(960, 960));
  expect([first.sent, second.sent]).toEqual([[], ['0+960', '960+960']]);
  second.report({ isPlaying: true, sounded: 480 });
  // What another document says it has played is nobody's.
  first.report({ isPlaying: true, sounded: 5000 });
  second.report({ isPlaying: false, sounded: 1_000_000 });
  expect(last()).toMatchObject({ soundedSamples: 1920, bufferedSamples: 0, underruns: 0 });
  expect(sounded.flatMap((each) => [...each.pcm])).toEqual([...pcm(1920)]);
  expect(sounded.at(-1)?.isEnd).toBe(true);
});

it('counts what was not there in time', () => {
  const { voice, open, last } = rig();
  const { report } = open();
  report({ microphones: 1 });
  voice.say(pcm(960));
  report({ isPlaying: true });
  voice.say(pcm(960));
  report({ isPlaying: false, sounded: 960 });
  expect(last()).toMatchObject({ underruns: 1, bufferedSamples: 960 });
});

it('waits for the button, then says all of it', async () => {
  const { voice, controls, open, pass, presses, refusals } = rig({ hasButton: true });
  const { report, sent } = open();
  report({ microphones: 1 });
  voice.say(pcm(960));
  voice.hasMicrophone('muted');
  await pass(2000);
  voice.say(pcm(960));
  expect({ sent, presses: presses(), wants: controls.wantsMicrophone }).toEqual({ sent: [], presses: 1, wants: true });
  voice.hasMicrophone('on');
  expect(sent).toEqual(['0+1920']);
  report({ sounded: 1920, isPlaying: false });
  // It stays on for a while, and then a polite guest is muted.
  await pass(14_000);
  voice.say(pcm(960));
  report({ sounded: 2880, isPlaying: false });
  expect(presses()).toBe(1);
  await pass(15_000);
  expect({ wants: controls.wantsMicrophone, refusals: refusals() }).toEqual({ wants: false, refusals: [] });
});

it.each(['muted-by-host', 'forbidden'] as const)('refuses at once what a microphone that is %s cannot say', (state) => {
  const { voice, open, refusals } = rig({ hasButton: true });
  const { report, sent } = open();
  report({ microphones: 1 });
  voice.say(pcm(960));
  voice.hasMicrophone(state);
  voice.say(pcm(960));
  expect({ sent, refusals: refusals() }).toEqual({ sent: [], refusals: ['muted'] });
  // The next is tried anew.
  voice.stop(1);
  voice.say(pcm(960));
  voice.hasMicrophone('on');
  expect(sent).toEqual(['0+960']);
  // A host may mute it in the middle.
  voice.hasMicrophone(state);
  expect({ sent, refusals: refusals() }).toEqual({ sent: ['0+960', 'stop 1'], refusals: ['muted', 'muted'] });
});

it.each<[string, (given: ReturnType<typeof rig>) => void, string[]]>([
  ['a button that stays as it is', ({ voice }) => voice.hasMicrophone('muted'), ['muted']],
  ['documents without a microphone', ({ voice }) => voice.hasMicrophone('on'), ['unavailable']],
  ['nobody who says what the button does', ({ open }) => open().report({ microphones: 1 }), []],
])('waits three seconds for %s', async (_, have, expected) => {
  const given = rig({ hasButton: true });
  given.voice.say(pcm(960));
  have(given);
  await given.pass(2999);
  expect(given.refusals()).toEqual([]);
  await given.pass(1);
  expect(given.refusals()).toEqual(expected);
});

it('gives what one document had and did not play to another', () => {
  const { voice, open, last } = rig();
  const first = open();
  first.report({ microphones: 1 });
  voice.say(pcm(1920));
  first.report({ isPlaying: true, sounded: 960 });
  voice.onClosed(first.link);
  const second = open();
  second.report({ microphones: 1 });
  expect(second.sent).toEqual(['960+960']);
  second.report({ isPlaying: false, sounded: 960 });
  expect(last()).toMatchObject({ soundedSamples: 1920 });
});

it('drops all at a stop, and answers it with what had sounded by then', () => {
  const { voice, open, last, sounded } = rig();
  const { report, sent } = open();
  report({ microphones: 1 });
  voice.say(pcm(9600));
  report({ isPlaying: true, sounded: 960 });
  voice.stop(1);
  voice.say(pcm(480, 20_000));
  // On its way when it was stopped.
  report({ isPlaying: true, sounded: 1920 });
  expect(last()).toMatchObject({ stop: 0, soundedSamples: 1920 });
  report({ isPlaying: false, sounded: 2112, stop: 1 });
  expect(last()).toMatchObject({ stop: 1, soundedSamples: 2112 });
  report({ isPlaying: true, sounded: 2592 });
  expect(sent).toEqual(['0+9600', 'stop 1', '20000+480']);
  expect(sounded.flatMap((each) => [...each.pcm])).toEqual([...pcm(2112), ...pcm(480, 20_000)]);
  // With nothing under way it is answered at once.
  voice.stop(2);
  expect(last()).toMatchObject({ stop: 2, soundedSamples: 2592, bufferedSamples: 0 });
});

it('keeps no more than four seconds', () => {
  const { voice, open } = rig({ hasButton: true });
  const { report, sent } = open();
  report({ microphones: 1 });
  for (let seconds = 0; seconds < 10; seconds += 1) voice.say(pcm(48_000));
  voice.hasMicrophone('on');
  expect(sent).toEqual([`0+${4 * 48_000}`]);
});

it('takes no more than two hundred reports a second of a page that floods it', async () => {
  const { voice, open, count, clock } = rig();
  const { report } = open();
  report({ microphones: 1 });
  voice.say(pcm(960));
  const before = count();
  for (let reports = 0; reports < 10_000; reports += 1) report({ isPlaying: true, sounded: reports % 2 });
  expect(count() - before).toBeLessThan(200);
  await clock.advance(1000);
  report({ isPlaying: false, sounded: 960 });
  expect(count() - before).toBeLessThanOrEqual(200);
});
