import { createHash } from 'node:crypto';
import {
  audioOnly,
  readPlan,
  type AccountId,
  type BotId,
  type JoinerId,
  type TranscriptId,
  type EndReason,
  type BotState,
} from '@earshot/kernel';
import type {
  Bot,
  BotSpec,
  LastCallback,
  Outcomes,
  ParticipantHook,
  RecordingPermission,
  TimelineEntry,
} from '../domain/bot.ts';

/** A spec as this version or an earlier one wrote it. */
type StoredSpec = Omit<BotSpec, 'meeting' | 'speech' | 'media' | 'destinations'> & {
  /** Missing from before there were plans, when nothing but the mix was made. */
  readonly media?: Partial<BotSpec['media']>;
  readonly destinations: Omit<BotSpec['destinations'], 'liveVideoSocketUrl' | 'participantHooks'> & {
    readonly liveVideoSocketUrl?: string;
    readonly participantHooks?: readonly (Pick<ParticipantHook, 'url' | 'onJoin' | 'onLeave'> &
      Partial<ParticipantHook>)[];
  };
  /** Missing from before it was kept. */
  readonly meeting?: string;
  /** Without its way from before plans named it. */
  readonly speech?: Parameters<typeof readPlan>[0];
};

const noSpeechNorChat = { onSpeech: false, onSpeechOff: false, onChat: false };

function fromStored(spec: StoredSpec): BotSpec {
  return {
    ...spec,
    meeting: spec.meeting ?? '',
    speech: spec.speech && readPlan(spec.speech),
    media: { ...audioOnly, ...spec.media },
    destinations: {
      ...spec.destinations,
      liveVideoSocketUrl: spec.destinations.liveVideoSocketUrl ?? '',
      participantHooks: (spec.destinations.participantHooks ?? []).map((hook) => ({ ...noSpeechNorChat, ...hook })),
    },
  };
}

export interface BotRow {
  bot_id: string;
  account_id: string;
  idempotency_key: string | null;
  transcript_id: string | null;
  spec: StoredSpec;
  state: string;
  end_reason: string | null;
  detail: string;
  stop_requested: boolean;
  pause_requested: boolean;
  pause_sequence: string;
  created_at: Date;
  due_at: Date;
  entered_at: Date | null;
  ended_at: Date | null;
  erased_at: Date | null;
  timeline: TimelineEntry[];
  epoch: number;
  joiner_id: string | null;
  lease_until: Date | null;
  recording_permission: string | null;
  traceparent: string | null;
  last_callback: LastCallback | null;
  ordered_by_key: string | null;
  meeting_key: string | null;
  roster_id: string | null;
  certificates: string[] | null;
  greeting_unsent: boolean;
  messages_unsent: number;
  outcomes: Outcomes;
}

export function fromRow(row: BotRow): Bot {
  return {
    botId: row.bot_id as BotId,
    accountId: row.account_id as AccountId,
    transcriptId: (row.transcript_id ?? undefined) as TranscriptId | undefined,
    spec: fromStored(row.spec),
    state: row.state as BotState,
    endReason: (row.end_reason ?? undefined) as EndReason | undefined,
    detail: row.detail,
    stopRequested: row.stop_requested,
    pauseRequested: row.pause_requested,
    // 64 bits are text to the driver.
    pauseSequence: Number(row.pause_sequence),
    createdAt: row.created_at.getTime(),
    enteredAt: row.entered_at?.getTime(),
    endedAt: row.ended_at?.getTime(),
    erasedAt: row.erased_at?.getTime(),
    traceparent: row.traceparent ?? undefined,
    timeline: row.timeline,
    epoch: row.epoch,
    joinerId: (row.joiner_id ?? undefined) as JoinerId | undefined,
    recordingPermission: (row.recording_permission ?? undefined) as RecordingPermission | undefined,
    lastCallback: row.last_callback ?? undefined,
    orderedByKey: row.ordered_by_key ?? undefined,
    isGreetingUnsent: row.greeting_unsent,
    unsentMessages: row.messages_unsent,
    outcomes: row.outcomes,
  };
}

const date = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));

/** The same for bots of one meeting. A meeting's id may open it: only whether two are the same is to be known. */
function meetingKey({ platform, meeting }: BotSpec): string | null {
  return meeting === '' ? null : createHash('sha256').update(`${platform} ${meeting}`).digest('hex');
}

/** The columns a bot is written to; `due_at`, the lease and what is reported of it beside its state are set by those who decide them. */
export function toRow(bot: Bot) {
  return {
    bot_id: bot.botId,
    account_id: bot.accountId,
    transcript_id: bot.transcriptId ?? null,
    spec: JSON.stringify(bot.spec) as unknown as StoredSpec,
    state: bot.state,
    end_reason: bot.endReason ?? null,
    detail: bot.detail,
    stop_requested: bot.stopRequested,
    pause_requested: bot.pauseRequested,
    pause_sequence: String(bot.pauseSequence),
    created_at: new Date(bot.createdAt),
    entered_at: date(bot.enteredAt),
    ended_at: date(bot.endedAt),
    erased_at: date(bot.erasedAt),
    timeline: JSON.stringify(bot.timeline) as unknown as TimelineEntry[],
    epoch: bot.epoch,
    joiner_id: bot.joinerId ?? null,
    recording_permission: bot.recordingPermission ?? null,
    traceparent: bot.traceparent ?? null,
    last_callback: (bot.lastCallback ? JSON.stringify(bot.lastCallback) : null) as LastCallback | null,
    ordered_by_key: bot.orderedByKey ?? null,
    meeting_key: meetingKey(bot.spec),
    outcomes: JSON.stringify(bot.outcomes) as unknown as Outcomes,
  };
}
