import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog, type Platform } from '@earshot/kernel';
import { findChromium, startLab, type Lab, type Room } from '@earshot/lab';
import { systemClock } from '@earshot/service';
import type { WorkerEvent } from '../../../services/joiner/src/browser/ipc.ts';
import { launchBrowser } from '../../../services/joiner/src/browser/launch-browser.ts';
import { createPageOpenQueue } from '../../../services/joiner/src/browser/page-open-queue.ts';
import { runBot } from '../../../services/joiner/src/browser/run-bot.ts';
import type { RunControls } from '../../../services/joiner/src/browser/run-controls.ts';
import type { JoinSpec } from '../../../services/joiner/src/domain/bot.ts';
import { RecordingPause } from '../../../services/joiner/src/domain/recording-pause.ts';
import { createMoments } from './moments.ts';

const clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };

/** A bot in a room, driven without its joiner: a browser of the test's own is enough. */
function visit(room: Room, browser: Browser, lab: Lab, { hasTone = false } = {}) {
  const events: WorkerEvent[] = [];
  const moments = createMoments();
  const leave = new AbortController();
  const controls: RunControls = {
    ...{ leave: leave.signal, revoke: new AbortController().signal, picture: Promise.resolve(undefined) },
    ...{ messages: [], pause: new RecordingPause(), otherBots: [], recordingSince: undefined },
    ...{ wantsMicrophone: false, wantsCamera: false },
  };
  const spec: JoinSpec = {
    ...{ platform: room.face, meetingUrl: room.link, botName: 'Earshot', chatMessage: '', showsPicture: false },
    ...{ readsCaptions: false, takesVideo: false, beginsPaused: false, flushIntervalMs: 100 },
    leave: {
      ...{ waitingRoomSeconds: 60, noOneJoinedSeconds: 0, everyoneLeftSeconds: 0, voiceInactivitySeconds: 0 },
      ...{ recordingLimitSeconds: 0, recordingDeniedSeconds: 0, botDetection: undefined },
    },
  };
  const emit = (event: WorkerEvent) => {
    events.push(event);
    moments.notify();
  };
  const queue = createPageOpenQueue(Promise.resolve(browser), { allow: ['127.0.0.1', ...lab.addresses] });
  const opened = Promise.withResolvers<Page>();
  const pageOpenQueue: typeof queue = {
    async open(options, signal) {
      const botPage = await queue.open(options, signal);
      if (hasTone) await botPage.page.context().addInitScript({ content: toneForMicrophone });
      opened.resolve(botPage.page);
      return botPage;
    },
  };
  const ended = runBot({ pageOpenQueue, clock, log: silentLog, emit }, spec, controls);
  const own = () => room.participants().find(({ name }) => name === 'Earshot');
  const states = () => events.flatMap((event) => (event.case === 'microphone' ? [event.state] : []));
  return {
    controls,
    states,
    page: opened.promise,
    /** Whom the page has marked as speaking so far, once so many reports more have come. */
    async marked(reports: number): Promise<string[]> {
      const batches = () => events.flatMap((event) => (event.case === 'batch' ? [event.batch] : []));
      const least = batches().length + reports;
      await moments.until(() => batches().length >= least, 'the reports of a page');
      return batches().flatMap(({ speaking }) => speaking.flatMap(({ participantIds }) => participantIds));
    },
    /** How the microphone is reported next. */
    async next(happens: () => void): Promise<string> {
      const before = states().length;
      happens();
      return moments.until(() => states()[before], `the microphone after ${states().join()}`);
    },
    entered: () => moments.until(() => events.some((event) => event.case === 'entered'), 'the entrance'),
    /** Resolves when everybody else sees the bot's microphone so. */
    isSeen: (mic: boolean) => room.waitFor(() => own()?.mic === mic),
    isFilmed: (camera: boolean) => room.waitFor(() => own()?.camera === camera),
    speaks(isSpeaking: boolean) {
      controls.wantsMicrophone = isSpeaking;
      if (isSpeaking) controls.pressMicrophone?.();
    },
    async leave() {
      leave.abort('stop-ordered');
      await ended;
    },
  };
}

/** Runs in the page: what it is given for a microphone sounds. */
const toneForMicrophone = `{
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: 500 });
  const { stream } = tone.connect(context.createMediaStreamDestination());
  tone.start();
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const given = await getUserMedia(constraints);
    const sounding = constraints.audio ? stream.getAudioTracks().map((track) => track.clone()) : [];
    return new MediaStream([...sounding, ...given.getVideoTracks()]);
  };
}`;

describe("a bot's microphone and camera", { timeout: 90_000 }, () => {
  let lab: Lab;
  let browser: Browser;
  beforeAll(async () => {
    lab = await startLab();
    const config = { chromiumPath: findChromium(process.env), args: lab.browserArgs, proxy: '', isSandboxed: false };
    browser = await launchBrowser({ ...config, logLevel: 'error' }, silentLog);
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await lab[Symbol.asyncDispose]();
  }, 30_000);

  it.concurrent.each<[Platform]>([['web'], ['google-meet'], ['teams'], ['zoom']])(
    'are turned by the buttons of %s: off but while it has something to say or to show, and as the host wants it',
    async (face) => {
      const room = lab.createRoom({ face });
      const bot = visit(room, browser, lab);
      // In the pages before the call it is on, and on Zoom it comes with the sound. Only Teams shows there that it is off already.
      if (face !== 'teams') await bot.isSeen(true);
      await bot.entered();
      await bot.isSeen(false);

      expect(await bot.next(() => bot.speaks(true))).toBe('on');
      await bot.isSeen(true);
      expect(await bot.next(() => room.host.mute('Earshot'))).toBe('muted-by-host');
      bot.speaks(false);
      expect(await bot.next(() => bot.speaks(true))).toBe('on');
      bot.speaks(false);
      await bot.isSeen(false);

      room.host.allowUnmuting(false);
      expect(await bot.next(() => bot.speaks(true))).toBe('forbidden');
      // On Zoom the host asks somebody; elsewhere the button can be used again.
      const allow = face === 'zoom' ? () => room.host.askToUnmute('Earshot') : () => room.host.allowUnmuting(true);
      expect(await bot.next(allow)).toBe('on');
      await bot.isSeen(true);
      bot.speaks(false);
      await bot.isSeen(false);
      expect(bot.states()).toEqual(['on', 'muted-by-host', 'on', 'forbidden', 'on']);
      // Zoom's question stands over everything: it keeps the bot from nothing, and unmutes it only where it has something to say.
      room.host.askToUnmute('Earshot');
      bot.controls.recordingSince = clock.now();
      bot.controls.messages.push({ messageId: 'm', text: 'still here' });
      await room.waitFor(() => room.chat.some(({ text }) => text === 'still here'));
      await bot.isSeen(false);

      // Meet and Zoom have it on from the beginning, with the bot's name.
      const wasFilmed = ['google-meet', 'zoom'].includes(face);
      await bot.isFilmed(wasFilmed);
      bot.controls.wantsCamera = true;
      await bot.isFilmed(true);
      bot.controls.wantsCamera = false;
      await bot.isFilmed(wasFilmed);
      await bot.leave();
    },
  );

  it.concurrent('are heard by the others, and the page’s mark of it is no participant’s', async () => {
    const room = lab.createRoom({ face: 'zoom' });
    const ann = await room.join({ name: 'Ann' });
    const bot = visit(room, browser, lab, { hasTone: true });
    await bot.isSeen(true);
    await bot.isSeen(false);
    expect(await bot.next(() => bot.speaks(true))).toBe('on');
    await (await bot.page).waitForSelector('.participants-icon__voip-speaking-icon', { state: 'attached' });
    expect(new Set(await bot.marked(10))).toEqual(new Set());
    const heard = async () => (await ann.heard())['Earshot']?.audioEnergy ?? 0;
    expect(await heard()).toBeGreaterThan(0.01);
    bot.speaks(false);
    await bot.isSeen(false);
    await ann.say('one two three four five six');
    const before = await heard();
    expect(new Set(await bot.marked(10))).toEqual(new Set(['name:Ann']));
    expect((await heard()) - before).toBeLessThan(0.001);
    await bot.leave();
    await ann.leave();
  });

  it.concurrent('are pressed as a person presses them, where a page takes nothing else', async () => {
    const room = lab.createRoom({ face: 'web', variants: ['real-presses'] });
    const bot = visit(room, browser, lab);
    await bot.isSeen(true);
    await bot.isSeen(false);
    await bot.leave();
  });
});
