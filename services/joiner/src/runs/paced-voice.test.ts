import { FakeClock, silentLog } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { ReportedEvent } from '../domain/bot.ts';
import { VOICE_RATE, type VoiceEvent } from '../domain/bot-voice.ts';
import { createPacedVoice } from './paced-voice.ts';

const samplesOf = (ms: number) => (ms * VOICE_RATE) / 1000;

/** A voice whose page plays, by the clock, what it was sent, and reports every 40 ms. */
function rig({ plays = true } = {}) {
  const clock = new FakeClock();
  const reported: ReportedEvent[] = [];
  const events: VoiceEvent[] = [];
  const page = { buffered: 0, sounded: 0, stop: 0, mostAhead: 0, pieces: 0, underruns: 0 };
  const place = {
    say(pcm: Int16Array) {
      page.buffered += pcm.length;
      page.pieces += 1;
      page.mostAhead = Math.max(page.mostAhead, page.buffered);
    },
    stopSpeaking(stop: number) {
      Object.assign(page, { stop, buffered: 0 });
      if (plays) reply();
    },
  };
  const report = (event: ReportedEvent) => void reported.push(event);
  const counted = { outcomes: [] as string[], underruns: 0 };
  const metrics = {
    spoke: ({ outcome }: { readonly outcome: string }) => void counted.outcomes.push(outcome),
    ranDry: (times: number) => void (counted.underruns += times),
  };
  const voice = createPacedVoice({ place, report, metrics, clock, log: silentLog });
  voice.subscribe((event) => events.push(event));
  const reply = () => {
    const { stop, sounded: soundedSamples, buffered: bufferedSamples, underruns } = page;
    voice.onReply({ case: 'voice', stop, soundedSamples, bufferedSamples, underruns, at: clock.now() });
  };
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) {
      const wasPlaying = page.buffered > 0;
      const played = plays ? Math.min(page.buffered, samplesOf(10)) : 0;
      page.buffered -= played;
      page.sounded += played;
      await clock.advance(10);
      for (let turns = 0; turns < 5; turns += 1) await Promise.resolve();
      if (wasPlaying && plays && (passed % 40 === 0 || page.buffered === 0)) reply();
    }
  }
  const brief = () =>
    reported.map((event) =>
      event.seen === 'speech-ended' ? `${event.outcome} ${event.heardMs} of ${event.totalMs}` : event.seen,
    );
  return { voice, page, reported, events, pass, brief, reply, clock, counted };
}

const chunk = (ms: number, isLast = false) =>
  ({ speechId: 's', source: 'api', pcm: new Int16Array(samplesOf(ms)), isLast }) as const;

it('sends a long speech as fast as it sounds, at most a fifth of a second ahead, and reports both its ends', async () => {
  const { voice, page, pass, brief, counted } = rig();
  voice.say(chunk(3000, true));
  expect(page.buffered).toBe(samplesOf(200));
  await pass(1500);
  expect(voice.isSpeaking).toBe(true);
  expect(voice.queuedMs).toBeGreaterThan(1400);
  expect(voice.queuedMs).toBeLessThan(1600);
  expect(voice.heardMs).toBeGreaterThan(1400);
  await pass(2000);
  expect(page).toMatchObject({ sounded: samplesOf(3000), underruns: 0 });
  expect(page.mostAhead).toBeLessThanOrEqual(samplesOf(260));
  expect(brief()).toEqual(['speech-started', 'completed 3000 of 3000']);
  expect(counted).toEqual({ outcomes: ['completed'], underruns: 0 });
  expect(voice.isSpeaking).toBe(false);
});

it('sends what comes as it comes while little is ahead, and in pieces once more is', async () => {
  const { voice, page, pass } = rig();
  for (let sent = 0; sent < 150; sent += 1) voice.say(chunk(1));
  expect(page.pieces).toBeLessThan(75);
  await pass(200);
  expect(page.sounded).toBe(samplesOf(150));
});

it('is silent at once when it is interrupted, and says how much was heard', async () => {
  const { voice, page, pass, brief, events } = rig();
  voice.say(chunk(1000, true));
  await pass(300);
  expect(voice.interrupt('barge-in')).toEqual(['s']);
  expect({ ...page, isSpeaking: voice.isSpeaking }).toMatchObject({ stop: 1, buffered: 0, isSpeaking: false });
  expect(brief()).toEqual(['speech-started', 'barge-in 300 of 1000']);
  expect(voice.interrupt('interrupted')).toEqual([]);
  voice.say(chunk(100, true));
  await pass(200);
  expect(events.map((event) => event.case)).toEqual(['started', 'ended', 'started', 'ended']);
});

it('ends what is being said when the bot is out, and takes nothing more', async () => {
  const { voice, pass, brief } = rig();
  voice.say(chunk(1000, true));
  await pass(100);
  voice.end('left');
  expect(brief()).toEqual(['speech-started', 'left 90 of 1000']);
  expect(() => voice.say(chunk(20))).toThrow(expect.objectContaining({ code: 'failed-precondition' }));
});

it('ends what a page refuses, or has not played for five seconds, and reports that', async () => {
  const { voice, page, pass, brief, events, clock } = rig({ plays: false });
  voice.say(chunk(1000, true));
  voice.onReply({ case: 'microphone', state: 'forbidden' });
  expect(voice.microphone).toBe('forbidden');
  voice.onReply({ case: 'voice-refused', stop: 0, outcome: 'muted' });
  voice.onReply({ case: 'voice', stop: 1, soundedSamples: 0, bufferedSamples: 0, underruns: 0, at: clock.now() });
  voice.say(chunk(500, true));
  // An answer to what was said before.
  voice.onReply({ case: 'voice-refused', stop: 0, outcome: 'muted' });
  await pass(4900);
  expect({ ...page, isSpeaking: voice.isSpeaking }).toMatchObject({ stop: 1, isSpeaking: true });
  await pass(1000);
  expect(brief()).toEqual(['muted 0 of 1000', 'unavailable 0 of 500']);
  expect(events[0]).toEqual({ case: 'microphone', state: 'forbidden' });
});

it('sends no further than a little while nothing sounds', async () => {
  const { voice, page, pass } = rig({ plays: false });
  voice.say(chunk(1000));
  await pass(1000);
  expect(page.buffered).toBe(samplesOf(200));
});
