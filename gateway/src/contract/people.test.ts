import { ChatMessage, Participant } from '@earshot/contract/media/v1/media.ts';
import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { describe, expect, it } from 'vitest';
import { toParticipantEvents } from './participant-events.ts';
import { toChats } from './people.ts';

const enteredAt = new Date('2026-01-02T03:04:05Z');
const bot = Bot.fromPartial({ botId: 'b', enteredAt, spec: { platform: 'PLATFORM_GOOGLE_MEET' } });
const person = (participantId: string, name: string, given: Partial<Participant> = {}) =>
  Participant.fromPartial({ participantId, name, ...given });
const message = (messageId: string, senderName: string, atMs: number, senderId = '') =>
  ChatMessage.fromPartial({ messageId, senderName, senderId, atMs, text: messageId });

describe('the chat of a meeting', () => {
  it('keeps two people of one name two, by who was there at the time', () => {
    const people = [person('p1', 'Alex', { leftMs: 5000 }), person('p2', 'Alex', { joinedMs: 6000 })];
    const chats = toChats(bot, [message('m1', 'Alex', 1000), message('m2', 'Alex', 9000)], people);
    expect(chats.metadata).toMatchObject({ totalMessages: 2, uniqueSpeakers: 2 });
    expect(chats.metadata.lastUpdated).toBe('2026-01-02T03:04:14.000Z');
    expect(chats.speakers).toEqual([
      { deviceId: 'p1', name: 'Alex', displayName: 'Alex', messageCount: 1 },
      { deviceId: 'p2', name: 'Alex', displayName: 'Alex', messageCount: 1 },
    ]);
    expect(chats.chatMessages).toMatchObject([
      { messageId: 'm1', deviceId: 'p1', speakerName: 'Alex' },
      { messageId: 'm2', deviceId: 'p2', speakerName: 'Alex' },
    ]);
    expect(chats.messagesBySpeaker).toMatchObject({ p1: [{ messageId: 'm1' }], p2: [{ messageId: 'm2' }] });
  });

  it('names nobody where nothing tells which of several it was, and a name where it was no participant', () => {
    const people = [person('p1', 'Alex'), person('p2', 'Alex'), person('p3', 'Sam', { leftMs: 10 })];
    const all = [message('m1', 'Alex', 1), message('m2', 'The bot', 2), message('m3', 'Sam', 9000)];
    const chats = toChats(bot, all, people);
    expect(chats.chatMessages.map(({ deviceId }) => deviceId)).toEqual([null, 'The bot', 'p3']);
    expect(chats.speakers[0]).toEqual({
      ...{ deviceId: null, name: 'Alex', displayName: 'Alex', messageCount: 1 },
      possibleDeviceIds: ['p1', 'p2'],
    });
    expect(Object.keys(chats.messagesBySpeaker)).toEqual(['Alex', 'The bot', 'p3']);
  });

  it('tells two people of one name who are there together apart by what the page knows them by', () => {
    const people = [person('p1', 'Alex', { joinedMs: 0 }), person('p2', 'Alex', { joinedMs: 5000 })];
    const idsOf = (...all: ChatMessage[]) => toChats(bot, all, people).chatMessages.map(({ deviceId }) => deviceId);
    // As Google Meet's and most web pages' own ids, which are the roster's.
    expect(idsOf(message('m1', 'Alex', 9000, 'p2'), message('m2', 'Alex', 9000, 'p1'))).toEqual(['p2', 'p1']);
    // As Zoom's, which the roster does not have: 16778240 wrote before the other came.
    const written = [
      message('m1', 'Alex', 1000, '16778240'),
      message('m2', 'Alex', 9000, '16778240'),
      message('m3', 'Alex', 9000, '16779264'),
    ];
    expect(idsOf(...written)).toEqual(['p1', 'p1', 'sender:16779264']);
    expect(toChats(bot, written, people).metadata.uniqueSpeakers).toBe(2);
  });

  it('is empty before the meeting', () => {
    expect(toChats(Bot.fromPartial({ botId: 'b' }), [], [])).toMatchObject({
      ...{ metadata: { startTime: null, lastUpdated: null, totalMessages: 0, uniqueSpeakers: 0 } },
      ...{ speakers: [], chatMessages: [], messagesBySpeaker: {} },
    });
  });
});

it('tells who came and went in the order of it, and of those who were there before only that they went', () => {
  const people = [
    person('p1', 'Ann', { leftMs: 7000, alreadyPresent: true }),
    person('p2', '', { joinedMs: 2000 }),
    person('p3', 'Cem', { joinedMs: 3000, leftMs: 4500 }),
  ];
  const events = toParticipantEvents(bot, people);
  expect(events.map(({ event, data }) => [event, data.data.participant.id, data.data.timestamp.relative])).toEqual([
    ['participant_events.join', 'p2', 2],
    ['participant_events.join', 'p3', 3],
    ['participant_events.leave', 'p3', 4.5],
    ['participant_events.leave', 'p1', 7],
  ]);
  expect(events[2]).toEqual({
    event: 'participant_events.leave',
    timestamp: '2026-01-02T03:04:09.500Z',
    data: {
      data: {
        action: 'leave',
        participant: { id: 'p3', name: 'Cem', full_name: 'Cem', platform: 'gmeet' },
        timestamp: { relative: 4.5, absolute: '2026-01-02T03:04:09.500Z' },
      },
      bot: { id: 'b', metadata: {} },
    },
    custom_attributes: {},
  });
});
