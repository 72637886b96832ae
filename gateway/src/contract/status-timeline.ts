import { orderedLayoutOf } from './media-plan.ts';
import type { Bot, BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Transcript } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { endingOf, type Ending } from './end-reasons.ts';
import { settledStatus } from './transcriptions.ts';

export interface Stage {
  readonly message: string;
  /** Whether it was reached. */
  readonly status: boolean;
  /** When it was reached first; null before. */
  readonly timestamp: string | null;
  /** With the stages in which a visit ends: why it did, and what to do about it. */
  readonly reason?: string;
  readonly advice?: string;
  /** What more is known of it; absent for nothing. */
  readonly detail?: string;
}

/** The state that is a stage by itself; `video`: the same, where one was ordered. */
const stages = {
  Scheduled: ['BOT_STATE_SCHEDULED'],
  Joining: ['BOT_STATE_JOINING'],
  WaitingRoom: ['BOT_STATE_WAITING_ROOM'],
  InMeeting: ['BOT_STATE_IN_MEETING'],
  Recording: ['BOT_STATE_RECORDING'],
  Leaving: ['BOT_STATE_LEAVING'],
  Stopped: ['BOT_STATE_PROCESSING', 'BOT_STATE_FAILED'],
  BotNotAllowed: 'NotAllowed',
  BotRejected: 'Denied',
  Error: 'Failed',
  AudioProcessing: ['BOT_STATE_PROCESSING'],
  VideoProcessing: 'video',
  TranscriptionReady: 'transcript',
  Done: ['BOT_STATE_DONE'],
  MediaExpired: 'erased',
} as const satisfies Record<string, readonly BotState[] | Ending['status'] | 'video' | 'transcript' | 'erased'>;

type StageName = keyof typeof stages;

/** Those that say why the visit ended. */
const lastStages: readonly StageName[] = ['Leaving', 'Stopped', 'BotNotAllowed', 'BotRejected', 'Error'];

/** The documented map of stages; of an erased bot, too. `transcript`: the one that was asked for last. */
export function toTimeline(bot: Bot, transcript: Transcript | undefined): Record<string, Stage> {
  const ending = endingOf(bot);
  const isReady = transcript !== undefined && settledStatus(transcript) === 'Success';
  return Object.fromEntries(
    (Object.keys(stages) as StageName[]).map((name) => {
      const at = reachedAt(bot, { name, ending, isReady });
      const why = at && ending && lastStages.includes(name) ? ending : undefined;
      return [
        name,
        {
          message: why?.message ?? name,
          status: at !== undefined,
          timestamp: at?.toISOString() ?? null,
          ...(why && { reason: why.reason, advice: why.advice, ...(bot.detail && { detail: bot.detail }) }),
        },
      ];
    }),
  );
}

interface Sought {
  readonly name: StageName;
  readonly ending: Ending | undefined;
  readonly isReady: boolean;
}

function reachedAt(bot: Bot, { name, ending, isReady }: Sought): Date | undefined {
  const stage = stages[name];
  const first = (states: readonly BotState[]) => bot.timeline.find(({ state }) => states.includes(state))?.at;
  // A tombstone has nothing of the order.
  if (stage === 'video') return orderedLayoutOf(bot) ? first(stages.AudioProcessing) : undefined;
  if (stage === 'erased') return bot.erasedAt;
  // The transcript has no time of its own: a bot is done as soon as it is there.
  if (stage === 'transcript') return isReady ? first(stages.Done) : undefined;
  if (typeof stage === 'string') return ending?.status === stage ? first(stages.Stopped) : undefined;
  return first(stage);
}
