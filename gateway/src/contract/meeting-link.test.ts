import { describe, expect, it } from 'vitest';
import { parseMeetingLink } from './meeting-link.ts';

describe('parseMeetingLink', () => {
  it.each([
    ['https://meet.google.com/abc-defg-hij', 'PLATFORM_GOOGLE_MEET'],
    ['https://us02web.zoom.us/j/123456789?pwd=x', 'PLATFORM_ZOOM'],
    ['https://teams.microsoft.com/l/meetup-join/19%3ameeting', 'PLATFORM_TEAMS'],
    ['http://meet.example.org:8080/r/1', 'PLATFORM_WEB'],
  ])('%s belongs to %s', (link, platform) => {
    expect(parseMeetingLink(link, ['meet.example.org:8080'])).toMatchObject({ platform });
  });

  it.each([
    ['not a link', 'is not a URL'],
    ['ftp://meet.google.com/abc-defg-hij', 'must be an http(s) URL'],
    ['https://meet.google.com/landing', 'abc-defg-hij'],
    ['https://example.org/room', 'no known platform'],
    ['https://zoom.us.example.org/j/1', 'no known platform'],
    ['https://user:secret@zoom.us/j/1', 'credentials'],
  ])('%s is refused: %s', (link, why) => {
    expect(parseMeetingLink(link, [])).toContain(why);
  });
});
