import { expect, it } from 'vitest';
import { platformNames, platformOf, platformOfHost } from './platforms.ts';

it.each([
  ['meet.google.com', 'google-meet'],
  ['www.meet.google.com', 'google-meet'],
  ['meet.google.com.example.org', 'web'],
  ['us02web.zoom.us', 'zoom'],
  ['zoomgov.com', 'zoom'],
  ['notzoom.us', 'web'],
  ['zoom.us.example.com', 'web'],
  ['teams.live.com', 'teams'],
  ['dod.teams.microsoft.us', 'teams'],
  ['other.teams.microsoft.com', 'web'],
  ['meet.jit.si', 'web'],
])('the host %s belongs to %s', (host, platform) => {
  expect(platformOfHost(host)).toBe(platform);
});

it('every platform has a title and a public name of its own', () => {
  for (const word of ['title', 'publicName'] as const) {
    const names = platformNames.map((name) => platformOf(name)[word]);
    expect(new Set(names).size).toBe(names.length);
  }
});
