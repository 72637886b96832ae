import { fileURLToPath } from 'node:url';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { OpusTrackDecoder } from '@earshot/audio';
import { testAssignmentSecret } from '@earshot/harness';
import { audioOnly, silentLog, type AccountId, type BotId } from '@earshot/kernel';
import { startLab, type Lab } from '@earshot/lab';
import { createRpcClient, signAssignment } from '@earshot/rpc';
import { createLogger, systemClock } from '@earshot/service';
import type { Assignment, ReportedEvent } from '../../../services/joiner/src/domain/bot.ts';
import { openVisitIngest } from '../../../services/joiner/src/rpc/visit-ingest.ts';
import { startBotRun, type BotRun } from '../../../services/joiner/src/runs/bot-run.ts';
import { createRunMetrics } from '../../../services/joiner/src/runs/run-metrics.ts';
import { workerUser } from '../../../services/joiner/src/workers/worker-user.ts';
import { workerScript } from '../../../services/joiner/src/workers/worker.ts';
import { createWorkers } from '../../../services/joiner/src/workers/workers.ts';
import { startFakeMedia, type FakeMedia } from './fake-media.ts';
import { createMoments, type Moments } from './moments.ts';

/** A bot whose voice the test has at hand, as the joiner's own parts have it. */
export interface VoiceBot {
  readonly botId: string;
  readonly run: BotRun;
  readonly reported: readonly ReportedEvent[];
  readonly moments: Moments;
}

export interface VoiceFixture extends AsyncDisposable {
  readonly lab: Lab;
  readonly media: FakeMedia;
  /** Resolves when the bot is inside. */
  join(meetingUrl: string, botName: string): Promise<VoiceBot>;
}

/** A lab, browsers, and runs of bots in them. */
export async function openVoiceFixture(): Promise<VoiceFixture> {
  const [lab, media] = await Promise.all([startLab(), startFakeMedia()]);
  const log = process.env['LOG_LEVEL'] ? createLogger('voice', process.env['LOG_LEVEL']) : silentLog;
  const paths = [process.execPath, workerScript, fileURLToPath(import.meta.resolve('playwright-core'))];
  const { user, isSandboxed } = workerUser({ name: '', paths, log });
  const workers = createWorkers({
    ...{ botsPerBrowser: 4, idleMs: 1000, maxDiskBytes: 512 * 1024 * 1024, user, clock: systemClock, log },
    browser: {
      ...{ chromiumPath: '', args: lab.browserArgs, proxy: '', isSandboxed },
      ...{ allow: ['127.0.0.1', 'localhost', ...lab.addresses], termsAcceptedHosts: [], logLevel: 'error' },
      video: { maxWebcams: 1, maxBytesPerSecond: 1_000_000 },
    },
  });
  const client = createRpcClient(MediaServiceService, media.address, { service: 'joiner' });
  const runs: BotRun[] = [];
  return {
    lab,
    media,
    async join(meetingUrl, botName) {
      const botId = crypto.randomUUID();
      const assignment = assignmentOf({ botId, meetingUrl, botName });
      const reported: ReportedEvent[] = [];
      const moments = createMoments();
      const token = signAssignment(testAssignmentSecret, assignment.ref);
      const run = startBotRun(
        {
          ...{ workers, metrics: createRunMetrics(), clock: systemClock, log },
          openIngest: (given, options) => openVisitIngest({ client, clock: systemClock, log, token }, given, options),
          pictureOf: async () => undefined,
          ...{ textToSpeech: undefined, openControl: () => ({}) as never },
          keepDebugArtifact: async () => {},
          report(event) {
            reported.push(event);
            moments.notify();
          },
        },
        assignment,
      );
      runs.push(run);
      await moments.until(() => reported.some(({ seen }) => seen === 'recording-started'), `${botName} is inside`);
      return { botId, run, reported, moments };
    },
    async [Symbol.asyncDispose]() {
      for (const run of runs) run.leave('stop-ordered');
      await Promise.all(runs.map(({ ended }) => ended));
      for (const part of [workers, client, lab, media]) await part[Symbol.asyncDispose]();
    },
  };
}

function assignmentOf({ botId, ...named }: { botId: string; meetingUrl: string; botName: string }): Assignment {
  const leave = {
    ...{ waitingRoomMs: 60_000, noOneJoinedMs: 600_000, everyoneLeftMs: 600_000, recordingLimitMs: 3_600_000 },
    ...{ voiceInactivityMs: 0, recordingDeniedMs: 60_000, botDetection: undefined },
  };
  return {
    ref: { botId: botId as BotId, epoch: 1 },
    accountId: 'account' as AccountId,
    ...{ transcriptId: '', liveAudioSocketUrl: '', controlSocketUrl: '', imageUrl: '', speech: undefined },
    media: audioOnly,
    visit: {
      ...{ platform: 'web', chatMessage: '', showsPicture: false, readsCaptions: false, takesVideo: false },
      ...{ beginsPaused: false, flushIntervalMs: 100, leave, ...named },
    },
  } as unknown as Assignment;
}

/** What a bot received of the others, decoded, by track: samples in a row, and when each packet came, by its first sample. */
export async function receivedBy(media: FakeMedia, botId: string) {
  const startedAt = media.of(botId)?.start.startedAt?.getTime() ?? 0;
  const tracks = new Map<string, { samples: Int16Array; packets: { sample: number; at: number }[] }>();
  const frames = media.framesOf(botId).filter(({ ownVoice }) => !ownVoice);
  for (const trackId of new Set(frames.map((frame) => frame.trackId))) {
    using decoder = await OpusTrackDecoder.create();
    const pieces: Int16Array[] = [];
    const packets: { sample: number; at: number }[] = [];
    let sample = 0;
    for (const frame of frames.filter((each) => each.trackId === trackId)) {
      const pcm = decoder.decode(frame.payload);
      packets.push({ sample, at: startedAt + frame.arrivedMs });
      pieces.push(pcm);
      sample += pcm.length;
    }
    tracks.set(trackId, { samples: Int16Array.from(pieces.flatMap((piece) => [...piece])), packets });
  }
  return tracks;
}
