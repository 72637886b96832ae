import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEgress, createEgressProxy } from '@earshot/egress';
import { SECOND, swallow, type Log } from '@earshot/kernel';
import { systemClock } from '@earshot/service';
import type { BotPage } from '../browser/bot-page.ts';
import { launchBrowser } from '../browser/launch-browser.ts';
import { createPageOpenQueue } from '../browser/page-open-queue.ts';
import { runBot } from '../browser/run-bot.ts';
import type { JoinerConfig } from '../config.ts';
import { RecordingPause } from '../domain/recording-pause.ts';
import { judge, Observed, type Findings, type Verdict } from './findings.ts';
import type { CanaryArguments } from './read-arguments.ts';

const SCREENSHOT_MS = 5 * SECOND;

export interface CanaryDeps {
  readonly config: JoinerConfig;
  readonly log: Log;
  /** One line of output for whoever watches. */
  readonly print: (line: string) => void;
}

/** One visit by the joiner's own code, without a scheduler and without a recording; leaves a folder with what was found. */
export async function runCanary(asked: CanaryArguments, { config, log, print }: CanaryDeps): Promise<Verdict> {
  const { folder, platform, botName, meetingUrl, seconds } = asked;
  await mkdir(folder, { recursive: true });
  await using parts = new AsyncDisposableStack();
  const { allow, hosts } = config.egress;
  const egress = parts.use(createEgress({ allow, hosts, log }));
  const proxy = config.browser.proxy || parts.use(await createEgressProxy(egress, { log })).url;
  const { chromiumPath, args } = config.browser;
  const isSandboxed = process.getuid?.() !== 0;
  if (!isSandboxed) print('as root the browser has no sandbox: better run this as another user');
  const browser = await launchBrowser({ chromiumPath, args, proxy, isSandboxed, logLevel: config.logLevel }, log);
  parts.defer(() => browser.close());

  const clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };
  const startedAt = clock.now();
  const observed = new Observed(() => Math.round(clock.now() - startedAt));
  const pageOpenQueue = createPageOpenQueue(Promise.resolve(browser), { allow });
  const leave = new AbortController();
  const pictures = new Pictures(folder, log);

  await runBot(
    {
      clock,
      log,
      pageOpenQueue: {
        async open(options, signal) {
          pictures.page = await pageOpenQueue.open(options, signal);
          return pictures.page;
        },
      },
      onJoinState(state) {
        if (!observed.addState(state)) return;
        print(`state: ${state}`);
        pictures.take(state);
      },
      emit(event) {
        observed.collect(event);
        if (event.case === 'batch' || event.case === 'counted') return;
        print(event.case);
        // Inside, and allowed to listen.
        if (event.case !== 'began') return;
        void clock.sleep(seconds * SECOND).then(async () => {
          pictures.take('inside');
          await pictures.taken();
          leave.abort('stop-ordered');
        });
      },
    },
    {
      platform,
      meetingUrl,
      botName,
      chatMessage: '',
      showsPicture: false,
      readsCaptions: false,
      takesVideo: false,
      beginsPaused: false,
      flushIntervalMs: 100,
      leave: patience(asked),
    },
    {
      leave: leave.signal,
      revoke: new AbortController().signal,
      picture: Promise.resolve(undefined),
      messages: [],
      pause: new RecordingPause(),
      recordingSince: undefined,
      wantsMicrophone: false,
      wantsCamera: false,
      otherBots: [],
    },
  );
  await pictures.taken();

  const { states, milestones, taps, tracks, people, chatMessages, ending } = observed;
  const looks = Object.entries(observed.selectors);
  const findings: Findings = {
    ...{ states, milestones, taps, tracks, people: [...people], chatMessages },
    selectors: {
      hit: Object.fromEntries(
        looks.flatMap(([id, each]) => (each.hits > 0 ? [[id, `${each.hits}/${each.looks}`]] : [])),
      ),
      missed: looks.filter(([, { hits }]) => hits === 0).map(([id]) => id),
    },
    ...{ screenshots: pictures.names, ending },
  };
  const { verdict, problems } = judge(findings);
  const report = { platform, host: new URL(meetingUrl).hostname, at: new Date(startedAt).toISOString() };
  const text = JSON.stringify({ ...report, verdict, problems, ...findings }, null, 2);
  await writeFile(join(folder, 'report.json'), `${text}\n`);
  for (const problem of problems) print(problem);
  print(`${verdict}: see ${folder}`);
  return verdict;
}

/** Only a host who does not answer may end it: everything else is what the canary is there to see. */
function patience({ waitSeconds }: CanaryArguments) {
  return {
    ...{ waitingRoomSeconds: waitSeconds, noOneJoinedSeconds: 0, everyoneLeftSeconds: 0 },
    ...{ voiceInactivitySeconds: 0, recordingLimitSeconds: 0, recordingDeniedSeconds: waitSeconds },
    botDetection: undefined,
  };
}

/** Screenshots of the page, numbered in the order they were asked for. */
class Pictures {
  page: BotPage | undefined;
  readonly names: string[] = [];
  readonly #folder: string;
  readonly #log: Log;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  take(what: string): void {
    const { page } = this;
    if (!page) return;
    const name = `${String(this.names.length + 1).padStart(2, '0')}-${what}.png`;
    this.names.push(name);
    const path = join(this.#folder, name);
    this.#last = this.#last
      .then(() => page.page.screenshot({ path, timeout: SCREENSHOT_MS }))
      .catch((error: unknown) => swallow(this.#log, error, 'a report without this picture is a report'));
  }

  async taken(): Promise<void> {
    await this.#last;
  }
}
