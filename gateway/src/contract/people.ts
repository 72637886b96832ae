import type { ChatMessage, Participant } from '@earshot/contract/media/v1/media.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { recordingStart } from './meeting-clock.ts';

const zero = (bot: Bot) => recordingStart(bot) ?? bot.enteredAt;
const at = (bot: Bot, ms: number) => new Date((zero(bot)?.getTime() ?? 0) + ms).toISOString();

/** The documented array; `status` 1 is in the meeting, 6 is not (any longer). */
export function toParticipants(bot: Bot, participants: readonly Participant[]) {
  return participants.map((participant) => ({
    deviceId: participant.participantId,
    displayName: participant.name,
    fullName: participant.name,
    profilePicture: null,
    status: participant.leftMs === 0 ? 1 : 6,
    humanized_status: participant.leftMs === 0 ? 'in_meeting' : 'not_in_meeting',
    streamIds: participant.trackIds,
    lastUpdated: at(bot, participant.leftMs || participant.joinedMs),
    joinedAt: at(bot, participant.joinedMs),
    leftAt: participant.leftMs === 0 ? null : at(bot, participant.leftMs),
  }));
}

/**
 * The documented shape. Pages say who wrote by name: that is a participant's id where one of that name was there at the time,
 * and else only a name. `messagesBySpeaker` is by the same id, so that two people of one name stay two.
 */
export function toChats(bot: Bot, messages: readonly ChatMessage[], participants: readonly Participant[]) {
  const idOf = senderIds(participants);
  const chatMessages = messages.map((message) => ({
    messageId: message.messageId,
    deviceId: idOf(message),
    timestamp: at(bot, message.atMs),
    text: message.text,
    speakerName: message.senderName,
    speakerDisplayName: message.senderName,
    clientTimestamp: at(bot, message.atMs),
    sessionTimestamp: message.atMs,
  }));
  const bySpeaker = Map.groupBy(chatMessages, ({ deviceId }) => deviceId);
  return {
    metadata: {
      startTime: zero(bot)?.toISOString() ?? null,
      totalMessages: messages.length,
      uniqueSpeakers: bySpeaker.size,
      botId: bot.botId,
    },
    speakers: [...bySpeaker].map(([deviceId, [first, ...others]]) => ({
      deviceId,
      name: first?.speakerName ?? '',
      displayName: first?.speakerName ?? '',
      messageCount: 1 + others.length,
    })),
    chatMessages,
    messagesBySpeaker: Object.fromEntries(bySpeaker),
  };
}

function senderIds(participants: readonly Participant[]): (message: ChatMessage) => string {
  const byName = Map.groupBy(participants, ({ name }) => name);
  return ({ senderName, atMs }) => {
    const named = byName.get(senderName) ?? [];
    const present = named.filter(({ joinedMs, leftMs }) => joinedMs <= atMs && (leftMs === 0 || atMs <= leftMs));
    const [only, ...others] = present.length > 0 ? present : named;
    return only && others.length === 0 ? only.participantId : senderName;
  };
}
