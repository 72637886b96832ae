import { metrics, type Meter } from '@opentelemetry/api';
import type { BotSpeechEnded } from '@earshot/kernel';
import type { RunCounts } from '../browser/ipc.ts';

/** What operators watch: pages change without notice, and these show it first. Exported when `OTEL_METRICS_EXPORTER` says where to. */
export interface RunMetrics {
  /** One visit's sums. */
  count(platform: string, counts: RunCounts): void;
  ended(platform: string, reason: string): void;
  /** Something that a bot was to say is over. */
  spoke(platform: string, speech: Pick<BotSpeechEnded, 'source' | 'outcome'>): void;
  /** So often a bot had something to say, and its page had nothing left to sound. */
  ranDry(platform: string, times: number): void;
}

export function createRunMetrics(meter: Meter = metrics.getMeter('earshot.joiner')): RunMetrics {
  const looks = meter.createCounter('earshot.joiner.selector.looks', {
    description: 'How often a candidate selector was asked for, by whether it was found',
    unit: '{look}',
  });
  const tracks = meter.createCounter('earshot.joiner.tracks', {
    description: 'Audio tracks by their tap; "refused" counts malformed reports of the page',
    unit: '{track}',
  });
  const refusals = meter.createCounter('earshot.joiner.page.refusals', {
    description: 'Windows, downloads and dialogs that a page tried to open beside its meeting',
    unit: '{refusal}',
  });
  const visits = meter.createCounter('earshot.joiner.visits', {
    description: 'Visits that ended, by reason',
    unit: '{visit}',
  });
  const frames = meter.createCounter('earshot.joiner.video.frames', {
    description: 'Encoded frames of participants’ video, by what became of them in the browser’s process',
    unit: '{frame}',
  });
  const ways = meter.createCounter('earshot.joiner.video.visits', {
    description: 'Visits whose video was wanted, by the way in which it was taken',
    unit: '{visit}',
  });
  const speeches = meter.createCounter('earshot.joiner.speeches', {
    description: 'What bots had to say, by who asked for it and by what became of it',
    unit: '{speech}',
  });
  const underruns = meter.createCounter('earshot.joiner.voice.underruns', {
    description: 'How often a bot had something to say, and its page nothing left to sound',
    unit: '{underrun}',
  });
  return {
    count(platform, counts) {
      const { video } = counts;
      if (video) {
        ways.add(1, { platform, way: video.way });
        frames.add(video.frames, { platform, outcome: 'taken' });
        frames.add(video.dropped, { platform, outcome: 'dropped' });
      }
      for (const [selector, { hits, looks: all }] of Object.entries(counts.selectors)) {
        if (hits > 0) looks.add(hits, { platform, selector, outcome: 'hit' });
        if (all > hits) looks.add(all - hits, { platform, selector, outcome: 'miss' });
      }
      for (const [tap, count] of Object.entries(counts.taps)) if (count > 0) tracks.add(count, { platform, tap });
      for (const [what, count] of Object.entries(counts.refusals))
        if (count > 0) refusals.add(count, { platform, what });
    },
    ended: (platform, reason) => visits.add(1, { platform, reason }),
    spoke: (platform, { source, outcome }) => speeches.add(1, { platform, source, outcome }),
    ranDry(platform, times) {
      if (times > 0) underruns.add(times, { platform });
    },
  };
}
