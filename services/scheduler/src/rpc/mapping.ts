import { AppError, type BotDetection, type EndReason } from '@earshot/kernel';
import {
  Bot as Bots,
  EndReason as Reasons,
  type Bot as BotMessage,
  type BotDetection as BotDetectionMessage,
  type BotSpec as SpecMessage,
  type EndReason as ReasonMessage,
} from '@earshot/contract/scheduler/v1/bots.ts';
import {
  botStateWords,
  endReasonWords,
  fromMediaPlanMessage,
  fromPlanMessage,
  platformWords,
  toMediaPlanMessage,
  toPlanMessage,
} from '@earshot/rpc';
import type { Bot, BotSpec } from '../domain/bot.ts';
import type { BotSummary } from '../domain/bot-summary.ts';

export const toStateMessage = botStateWords.to;
export const toReasonMessage = (reason: EndReason | undefined): ReasonMessage =>
  reason === undefined ? Reasons.UNSPECIFIED : endReasonWords.to(reason);

export function fromReasonMessage(reason: ReasonMessage): EndReason {
  const word = endReasonWords.from(reason);
  if (!word) throw new AppError('invalid-argument', 'a reason is missing');
  return word;
}

export function fromSpecMessage(spec: SpecMessage | undefined): BotSpec {
  const platform = spec && platformWords.from(spec.platform);
  if (!spec || !platform) throw new AppError('invalid-argument', 'the spec names no platform');
  if (!spec.leave || !spec.destinations) throw new AppError('invalid-argument', 'the spec is not complete');
  return {
    ...spec,
    platform,
    joinAt: spec.joinAt?.getTime(),
    leave: spec.leave,
    speech: fromPlanMessage(spec.speech),
    media: fromMediaPlanMessage(spec.media),
    destinations: spec.destinations,
  };
}

export function toSpecMessage(spec: BotSpec): SpecMessage {
  return {
    ...spec,
    platform: platformWords.to(spec.platform),
    joinAt: spec.joinAt === undefined ? undefined : new Date(spec.joinAt),
    leave: { ...spec.leave, botDetection: toDetectionMessage(spec.leave.botDetection) },
    speech: toPlanMessage(spec.speech),
    media: toMediaPlanMessage(spec.media),
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
    pauseRequested: bot.pauseRequested,
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
      platform: platformWords.to(platform),
      ...{ meetingUrl: spec.meetingUrl, botName: spec.botName, attributesJson: spec.attributesJson },
    },
  });
}
