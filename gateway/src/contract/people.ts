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

export function toChats(bot: Bot, messages: readonly ChatMessage[]) {
  const speakers = [...new Set(messages.map((message) => message.senderName))];
  const chatMessages = messages.map((message) => ({
    messageId: message.messageId,
    deviceId: message.senderName,
    timestamp: at(bot, message.atMs),
    text: message.text,
    speakerName: message.senderName,
    speakerDisplayName: message.senderName,
    clientTimestamp: at(bot, message.atMs),
    sessionTimestamp: message.atMs,
  }));
  return {
    metadata: {
      startTime: zero(bot)?.toISOString() ?? null,
      totalMessages: messages.length,
      uniqueSpeakers: speakers.length,
      botId: bot.botId,
    },
    speakers: speakers.map((name) => ({
      deviceId: name,
      name,
      displayName: name,
      messageCount: messages.filter((message) => message.senderName === name).length,
    })),
    chatMessages,
    messagesBySpeaker: Object.groupBy(chatMessages, (message) => message.speakerName),
  };
}
