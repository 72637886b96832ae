import { describe, expect, it } from 'vitest';
import { parseMeetingLink } from './index.ts';

const context = encodeURIComponent('{"Tid":"72f9","Oid":"5c1a"}');
const threadPath = `l/meetup-join/19%3ameeting_NjA0%40thread.v2/1700000000000`;
const coords = (value: object) => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'));
const threadCoords = coords({
  conversationId: '19:meeting_NjA0@thread.v2',
  tenantId: '72f9',
  messageId: '1700000000000',
  organizerId: '5c1a',
});
const digitCoords = coords({ meetingUrl: 'x', meetingCode: '9341234567890', passcode: 'aBc' });
const thread = 'teams.microsoft.com/19:meeting_NjA0@thread.v2/1700000000000';
const meet = 'meet.google.com/abc-defg-hij';

describe('parseMeetingLink', () => {
  it.each([
    ['https://meet.google.com/abc-defg-hij', meet],
    ['https://www.meet.google.com/ABC-defg-hij/?authuser=1', meet],
    ['meet.google.com/abc-defg-hij', meet],
    ['abc-defg-hij', meet],
    ['"https://meet.google.com/abc-defg-hij"', meet],
    ['Weekly (https://meet.google.com/abc-defg-hij).', meet],
    ['junk text https://example.org/agenda then https://meet.google.com/abc-defg-hij, all welcome', meet],
    [`https://teams.microsoft.com/${threadPath}?context=${context}`, thread],
    [`https://teams.microsoft.com/l/meetup-join/19:meeting_NjA0@thread.v2/1700000000000?context=${context}`, thread],
    [
      'https://teams.microsoft.com/l/meetup-join/19%253aabc%2540thread.tacv2/7',
      'teams.microsoft.com/19:abc@thread.tacv2/7',
    ],
    [`https://teams.microsoft.com/v2/?meetingjoin=true#/${threadPath}?context=${context}&anon=true`, thread],
    [`https://teams.microsoft.com/_#/${threadPath}?context=${context}`, thread],
    [`https://teams.microsoft.com/light-meetings/launch?agent=web&coords=${threadCoords}`, thread],
    [
      `https://teams.microsoft.com/dl/launcher/launcher.html?url=${encodeURIComponent(`/_#/${threadPath}?context=${context}`)}&type=meetup-join`,
      thread,
    ],
    ['https://teams.microsoft.com/meet/23412345678901?p=aBc', 'teams.microsoft.com/meet/23412345678901'],
    ['https://teams.live.com/meet/9341234567890?p=aBc', 'teams.live.com/meet/9341234567890'],
    ['https://teams.live.com/v2/?meetingjoin=true#/meet/9341234567890?p=aBc', 'teams.live.com/meet/9341234567890'],
    [`https://teams.live.com/light-meetings/launch?coords=${digitCoords}`, 'teams.live.com/meet/9341234567890'],
    [
      `https://teams.live.com/dl/launcher/launcher.html?url=${encodeURIComponent('/_#/meet/9341234567890?p=aBc')}`,
      'teams.live.com/meet/9341234567890',
    ],
    ['https://gov.teams.microsoft.us/meet/234123456789?p=x', 'gov.teams.microsoft.us/meet/234123456789'],
    ['https://dod.teams.microsoft.us/meet/234123456789?p=x', 'dod.teams.microsoft.us/meet/234123456789'],
    ['https://teams.microsoft.us/meet/234123456789?p=x', 'teams.microsoft.us/meet/234123456789'],
    ['https://teams.cloud.microsoft/meet/234123456789?p=x', 'teams.cloud.microsoft/meet/234123456789'],
    ['https://us02web.zoom.us/j/85312345678?pwd=a.1', 'zoom.us/85312345678'],
    ['https://zoom.us/s/123456789', 'zoom.us/123456789'],
    ['https://zoom.us/w/85312345678?tk=t.1&pwd=a', 'zoom.us/85312345678'],
    ['https://app.zoom.us/wc/85312345678/join?pwd=a', 'zoom.us/85312345678'],
    ['https://zoom.us/wc/join/85312345678', 'zoom.us/85312345678'],
    ['https://app.zoom.us/wc/85312345678/start?fromPWA=1&pwd=a', 'zoom.us/85312345678'],
    ['https://acme.zoom.us/my/Jo.Doe', 'acme.zoom.us/my/jo.doe'],
    ['https://agency.zoomgov.com/j/1612345678?pwd=a', 'zoomgov.com/1612345678'],
    ['https://events.zoom.us/ev/Abc_1-2?lmt=1', 'events.zoom.us/ev/Abc_1-2'],
    ['us02web.zoom.us/j/85312345678?pwd=a', 'zoom.us/85312345678'],
    ['http://meet.example.org:8080/r/1', 'meet.example.org:8080/r/1'],
  ])('%s means %s', (link, meeting) => {
    expect(parseMeetingLink(link, ['meet.example.org:8080'])).toMatchObject({ meeting });
  });

  it.each([
    ['https://zoom.us/w/85312345678?tk=t.1&password=a', 'https://zoom.us/w/85312345678?tk=t.1&password=a'],
    ['https://zoom.us/j/85312345678?password=a.b', 'https://zoom.us/j/85312345678?pwd=a.b'],
    ['https://zoom.us/j/85312345678?pwd%3Da.b', 'https://zoom.us/j/85312345678?pwd=a.b'],
    ['https://zoom.us/j/85312345678 (Passcode: 584706)', 'https://zoom.us/j/85312345678?pwd=584706'],
    ['Join https://zoom.us/j/85312345678 \n Password: 5847', 'https://zoom.us/j/85312345678?pwd=5847'],
    ['https://zoom.us/j/85312345678?pwd=a&amp;uname=b', 'https://zoom.us/j/85312345678?pwd=a&uname=b'],
    ['https://zoom.us/j/853%201234%205678', 'https://zoom.us/j/85312345678'],
    [
      `https://teams.live.com/light-meetings/launch?coords=${digitCoords}`,
      'https://teams.live.com/meet/9341234567890?p=aBc',
    ],
    [
      `https://teams.microsoft.com/light-meetings/launch?coords=${threadCoords}`,
      `https://teams.microsoft.com/v2/?meetingjoin=true#/l/meetup-join/19%3Ameeting_NjA0%40thread.v2/1700000000000?context=${context}&anon=true`,
    ],
    ['abc-defg-hij', 'https://meet.google.com/abc-defg-hij'],
  ])('%s is opened as %s', (link, url) => {
    expect(parseMeetingLink(link, [])).toMatchObject({ url });
  });

  it.each([
    ['not a link', 'is not a URL'],
    ['', 'is not a URL'],
    ['ftp://meet.google.com/abc-defg-hij', 'must be an http(s) URL'],
    ['https://meet.google.com/landing', 'abc-defg-hij'],
    ['https://meet.google.com/lookup/standup', 'nickname'],
    ['https://example.org/room', 'no known platform'],
    ['https://zoom.us.example.org/j/123456789', 'no known platform'],
    ['https://evil-meet.google.com/abc-defg-hij', 'no known platform'],
    ['https://user:secret@zoom.us/j/123456789', 'credentials'],
    ['https://zoom.us/j/', 'line break'],
    ['https://zoom.us/j', 'line break'],
    ['https://zoom.us/j/?pwd=abc', 'line break'],
    ['https://zoom.us/j/12345', '9 to 11 digits'],
    ['https://zoom.us/pricing', 'not one to a meeting'],
    ['https://zoom.us/meeting/register/abc', 'registration'],
    ['https://events.zoom.us/', 'no event'],
    ['https://teams.microsoft.com/l/chat/0/0', 'not one to a meeting'],
    ['https://teams.microsoft.com/l/meetup-join/19%3ameeting', 'cut'],
    ['https://teams.microsoft.com/light-meetings/launch?coords=e30', 'cut'],
    ['https://teams.microsoft.com/light-meetings/launch?coords=%7B', 'cut'],
    ['https://teams.microsoft.com/meet/abc', 'row of digits'],
    ['https://teams.microsoft.com/dl/launcher/launcher.html', 'not one to a meeting'],
    ['https://teams.microsoft.com/dl/launcher/launcher.html?url=https%3A%2F%2Fevil.example%2F', 'launcher'],
    ['https://www.google.com/url?q=https%3A%2F%2Fexample.org%2F', 'no known platform'],
  ])('%s is refused: %s', (link, why) => {
    expect(parseMeetingLink(link, [])).toContain(why);
  });
});
