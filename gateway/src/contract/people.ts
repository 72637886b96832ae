import type { ChatMessage, Participant } from '@earshot/contract/media/v1/media.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { chatSenders } from './chat-senders.ts';
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

/** The documented shape; `messagesBySpeaker` has the keys of `speakers`, so that two people of one name stay two. */
export function toChats(bot: Bot, messages: readonly ChatMessage[], participants: readonly Participant[]) {
  const senders = chatSenders(messages, participants);
  const chatMessages = messages.map((message, index) => ({
    messageId: message.messageId,
    deviceId: senders[index]?.deviceId ?? null,
    timestamp: at(bot, message.atMs),
    text: message.text,
    speakerName: message.senderName,
    speakerDisplayName: message.senderName,
    clientTimestamp: at(bot, message.atMs),
    sessionTimestamp: message.atMs,
  }));
  const bySpeaker = Map.groupBy(chatMessages, (_, index) => senders[index]?.key ?? '');
  const speakers = new Map(senders.map((sender) => [sender.key, sender]));
  return {
    metadata: {
      startTime: zero(bot)?.toISOString() ?? null,
      lastUpdated: chatMessages.at(-1)?.timestamp ?? null,
      totalMessages: messages.length,
      uniqueSpeakers: bySpeaker.size,
      botId: bot.botId,
    },
    speakers: Array.from(speakers.values(), ({ key, deviceId, name, possibleDeviceIds }) => ({
      ...{ deviceId, name, displayName: name, messageCount: bySpeaker.get(key)?.length ?? 0 },
      ...(possibleDeviceIds && { possibleDeviceIds }),
    })),
    chatMessages,
    messagesBySpeaker: Object.fromEntries(bySpeaker),
  };
}
