import { AppError } from '@earshot/kernel';
import {
  Bot as Bots,
  EndReason as Reasons,
  Platform as Platforms,
  type Bot as BotMessage,
  type BotDetection as BotDetectionMessage,
  type BotSpec as SpecMessage,
  type BotState as StateMessage,
  type EndReason as ReasonMessage,
  type Platform as PlatformMessage,
} from '@earshot/contract/scheduler/v1/bots.ts';
import type { Bot, BotDetection, BotSpec, EndReason, Platform } from '../domain/bot.ts';
import type { BotState } from '../domain/bot-state.ts';
import type { BotSummary } from '../domain/bot-summary.ts';

const platforms: Readonly<Record<Platform, PlatformMessage>> = {
  web: Platforms.WEB,
  'google-meet': Platforms.GOOGLE_MEET,
  zoom: Platforms.ZOOM,
  teams: Platforms.TEAMS,
};

/** Our names and the contract's differ only in spelling: `waiting-room` is BOT_STATE_WAITING_ROOM. */
const dressed = (prefix: string, word: string) => `${prefix}_${word.toUpperCase().replaceAll('-', '_')}`;
const undressed = (prefix: string, word: string) =>
  word
    .slice(prefix.length + 1)
    .toLowerCase()
    .replaceAll('_', '-');

export const toStateMessage = (state: BotState) => dressed('BOT_STATE', state) as StateMessage;
export const toReasonMessage = (reason: EndReason | undefined): ReasonMessage =>
  reason === undefined ? Reasons.UNSPECIFIED : (dressed('END_REASON', reason) as ReasonMessage);

export function fromReasonMessage(reason: ReasonMessage): EndReason {
  if (reason === Reasons.UNSPECIFIED) throw new AppError('invalid-argument', 'a reason is missing');
  return undressed('END_REASON', reason) as EndReason;
}

export function fromSpecMessage(spec: SpecMessage | undefined): BotSpec {
  const platform = Object.entries(platforms).find(([, message]) => message === spec?.platform)?.[0];
  if (!spec || !platform) throw new AppError('invalid-argument', 'the spec names no platform');
  if (!spec.leave || !spec.destinations) throw new AppError('invalid-argument', 'the spec is not complete');
  return {
    ...spec,
    platform: platform as Platform,
    joinAt: spec.joinAt?.getTime(),
    leave: spec.leave,
    speech: spec.speech,
    destinations: spec.destinations,
  };
}

export function toSpecMessage(spec: BotSpec): SpecMessage {
  return {
    ...spec,
    platform: platforms[spec.platform],
    joinAt: spec.joinAt === undefined ? undefined : new Date(spec.joinAt),
    leave: { ...spec.leave, botDetection: toDetectionMessage(spec.leave.botDetection) },
    speech: spec.speech,
    destinations: { ...spec.destinations, participantHooks: [...spec.destinations.participantHooks] },
  };
}

function toDetectionMessage(detection: BotDetection | undefined): BotDetectionMessage | undefined {
  return detection && { ...detection, nameParts: [...detection.nameParts] };
}

const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));

export function toBotMessage(bot: Bot): BotMessage {
  return {
    botId: bot.botId,
    accountId: bot.accountId,
    transcriptId: bot.transcriptId ?? '',
    spec: toSpecMessage(bot.spec),
    state: toStateMessage(bot.state),
    endReason: toReasonMessage(bot.endReason),
    stopRequested: bot.stopRequested,
    createdAt: new Date(bot.createdAt),
    enteredAt: date(bot.enteredAt),
    endedAt: date(bot.endedAt),
    timeline: bot.timeline.map(({ state, at }) => ({ state: toStateMessage(state), at: new Date(at) })),
    erasedAt: date(bot.erasedAt),
    orderedByKey: bot.orderedByKey ?? '',
    detail: bot.detail,
    chatMessageUnsent: bot.isGreetingUnsent,
    unsentMessages: bot.unsentMessages,
  };
}

/** A bot reduced to what a list shows. */
export function toSummaryMessage(bot: BotSummary): BotMessage {
  const { platform, ...spec } = bot;
  return Bots.fromPartial({
    ...{ botId: bot.botId, accountId: bot.accountId },
    ...{ state: toStateMessage(bot.state), endReason: toReasonMessage(bot.endReason) },
    ...{ createdAt: new Date(bot.createdAt), erasedAt: date(bot.erasedAt) },
    orderedByKey: bot.orderedByKey ?? '',
    spec: {
      platform: platforms[platform],
      ...{ meetingUrl: spec.meetingUrl, botName: spec.botName, attributesJson: spec.attributesJson },
    },
  });
}
