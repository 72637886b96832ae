import { platformNames } from '@earshot/kernel';
import type { Face } from '@earshot/lab';
import type { E2eStory } from '../story.ts';
import { voiceAgent } from './agent.ts';
import { badRequests } from './bad-requests.ts';
import { callbacks } from './callbacks.ts';
import { captionsOn } from './captions.ts';
import { crowd } from './crowd.ts';
import { fuzz } from './fuzz.ts';
import { rows, shortRows } from './joiner/rows.ts';
import { stopRows } from './joiner/stop-rows.ts';
import { joinerTable } from './joiner/table.ts';
import { lobbyTraps } from './joiner/traps.ts';
import { killing, victims } from './kill-each.ts';
import { mainJobOn } from './main-job.ts';
import { pausing } from './pause.ts';
import { rejoin } from './rejoin.ts';
import { speaking } from './speak.ts';
import { speakingTrials } from './speak-trials.ts';
import { slowVendor } from './slow-vendor.ts';
import { faultyVendor } from './transcription-faults.ts';
import { transcription } from './transcription.ts';
import { videoMeeting } from './video.ts';
import { turnedAway } from './turned-away.ts';

const faces: readonly Face[] = platformNames;

/** Every story by its name; `npm run e2e` plays those that are not slow, `npm run e2e -- <name>` plays one or a group. */
export const stories: Readonly<Record<string, E2eStory>> = {
  // Played by chaos-short too, in harder times.
  'main-job-web': { ...mainJobOn('web'), isSlow: true },
  'main-job-google-meet': { ...mainJobOn('google-meet'), isSlow: true },
  'main-job-teams': { ...mainJobOn('teams'), isSlow: true },
  'main-job-zoom': { ...mainJobOn('zoom'), isSlow: true },
  'video-short': videoMeeting({ lastsMs: 45_000, kills: [] }),
  video: videoMeeting({ lastsMs: 600_000, kills: ['media-streamer', 'browser', 'joiner', 'composer'] }),
  'speak-short': speaking(['google-meet']),
  speak: { ...speaking(faces), isSlow: true },
  agent: { ...voiceAgent('web'), isSlow: true },
  'speak-trials': speakingTrials({ speaksMs: 600_000 }),
  'speak-trials-short': speakingTrials({ speaksMs: 20_000 }),
  'bad-requests': badRequests,
  'turned-away': turnedAway,
  rejoin,
  pause: pausing(10),
  'pause-short': pausing(2),
  'slow-vendor': slowVendor,
  callbacks: { ...callbacks({ bots: 500, factor: 120, kills: 20, killEveryMs: 2500, seed: 1 }), isSlow: true },
  'callbacks-short': callbacks({ bots: 40, factor: 600, kills: 4, killEveryMs: 1500, seed: 2 }),
  joiner: { ...joinerTable({ rows, stops: stopRows }), isSlow: true },
  'joiner-short': { ...joinerTable({ rows: shortRows }), isSlow: true },
  'joiner-traps': { ...lobbyTraps(100), isSlow: true },
  ...Object.fromEntries(faces.map((face) => [`joiner-traps-${face}`, { ...lobbyTraps(100, face), isSlow: true }])),
  'joiner-traps-short': { ...lobbyTraps(2), isSlow: true },
  transcription: { ...transcription, isSlow: true },
  'transcription-faults': { ...faultyVendor({ lastsMs: 40_000 }), isSlow: true },
  'long-transcription-faults': { ...faultyVendor({ lastsMs: 600_000 }), isSlow: true },
  'captions-google-meet': { ...captionsOn('google-meet'), isSlow: true },
  'captions-zoom': { ...captionsOn('zoom'), isSlow: true },
  crowd: { ...crowd({ people: 10, lastsMs: 120_000, seed: 1 }), isSlow: true },
  'crowd-short': { ...crowd({ people: 4, lastsMs: 15_000, seed: 2 }), isSlow: true },
  fuzz: fuzz({ requests: 5000 }),
  // The short form of the chaos suite: all of them in one meeting, one after another.
  'chaos-short': {
    ...killing(
      {
        0: 'scheduler',
        1: 'notifier',
        2: 'media-streamer',
        3: 'transcriber',
        4: 'gateway',
        5: 'nats',
        6: 'postgres',
      },
      { pausedAt: 2 },
    ),
  },
  ...Object.fromEntries(victims.map((victim) => [`chaos-${victim}`, killing({ 2: victim })])),
};
