import { describe, expect, it } from 'vitest';
import { readArguments } from './read-arguments.ts';

const now = new Date('2026-05-04T03:02:01Z');
const link = 'https://meet.google.com/abc-defg-hij';

describe('readArguments', () => {
  it('needs a link and nothing else', () => {
    expect(readArguments([link], now)).toEqual({
      meetingUrl: link,
      platform: 'google-meet',
      botName: 'Canary',
      seconds: 30,
      waitSeconds: 300,
      folder: 'canary-2026-05-04T03-02-01-000Z',
    });
  });

  it.each([
    ['https://us02web.zoom.us/j/123456789', 'zoom'],
    ['https://teams.live.com/meet/9123456789012?p=abc', 'teams'],
    ['https://gov.teams.microsoft.us/l/meetup-join/19%3ameeting_x%40thread.v2/0', 'teams'],
    ['https://zoom.us.example.com/j/1', 'web'],
  ])('knows the platform of %s', (meetingUrl, platform) => {
    expect(readArguments([meetingUrl], now)).toMatchObject({ platform });
  });

  it.each([[[]], [['not a link']], [[link, link]], [[link, '--seconds', 'many']], [[link, '--loud']]])(
    'refuses %j',
    (words) => {
      expect(readArguments(words, now)).toBeUndefined();
    },
  );
});
