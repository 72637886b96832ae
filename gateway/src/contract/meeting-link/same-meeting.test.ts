import { describe, expect, it } from 'vitest';
import { isSameMeeting, parseMeetingLink, type MeetingLink } from './index.ts';

const parse = (text: string) => parseMeetingLink(text, ['meet.example.org']) as MeetingLink;
const isSame = (one: string, other: string) => isSameMeeting(parse(one), parse(other));
const thread = '19%3ameeting_abc%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%2c%22Oid%22%3a%22o%22%7d';

describe('isSameMeeting', () => {
  it.each([
    ['https://meet.google.com/abc-defg-hij', 'http://meet.google.com/ABC-DEFG-HIJ?authuser=1'],
    ['https://meet.google.com/abc-defg-hij', 'abc-defg-hij'],
    ['https://zoom.us/j/81234567890?pwd=a.1', 'https://us02web.zoom.us/wc/join/81234567890'],
    ['https://zoom.us/j/81234567890?pwd=a.1', 'https://acme.zoom.us/j/81234567890?pwd=another'],
    ['https://zoom.us/my/Ann', 'https://zoom.us/wc/my/ann?pwd=x'],
    [`https://teams.microsoft.com/l/meetup-join/${thread}`, `https://teams.cloud.microsoft/l/meetup-join/${thread}`],
    [
      'https://teams.microsoft.com/meet/1234567890123?p=x',
      'https://teams.microsoft.com/v2/?meetingjoin=true#/meet/1234567890123?p=y',
    ],
    ['https://meet.example.org/room?id=1&lang=de', 'https://MEET.example.org/room?lang=de&id=1&utm_source=mail'],
    ['https://meet.example.org/room', 'https://www.google.com/url?q=https%3A%2F%2Fmeet.example.org%2Froom&sa=D'],
  ])('knows %s again in %s', (one, other) => {
    expect(isSame(one, other)).toBe(true);
    expect(isSame(other, one)).toBe(true);
  });

  it.each([
    ['https://meet.google.com/abc-defg-hij', 'https://meet.google.com/abc-defg-hik'],
    ['https://zoom.us/j/81234567890', 'https://zoom.us/j/81234567891'],
    ['https://zoom.us/j/81234567890', 'https://acme.zoomgov.com/j/81234567890'],
    ['https://teams.microsoft.com/meet/1234567890123?p=x', 'https://teams.live.com/meet/1234567890123?p=x'],
    ['https://meet.example.org/join?room=a', 'https://meet.example.org/join?room=b'],
    ['https://meet.example.org/join#a', 'https://meet.example.org/join#b'],
    ['https://meet.example.org/a', 'https://meet.example.org/b'],
  ])('takes %s and %s for two', (one, other) => expect(isSame(one, other)).toBe(false));
});
