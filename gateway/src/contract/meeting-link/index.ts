import { googleMeetLinks } from './google-meet.ts';
import { hostOf, type MeetingLink } from './link-form.ts';
import { teamsLinks } from './teams.ts';
import { linksIn } from './unwrap.ts';
import { zoomLinks } from './zoom.ts';

export type { MeetingLink } from './link-form.ts';

const forms = [googleMeetLinks, zoomLinks, teamsLinks];

/**
 * What a meeting link points to, or a sentence that says why it cannot be used. The link may be wrapped, encoded, or
 * stand in a text; the first that leads to a meeting counts. `webHosts` are the hosts whose pages count as meetings of
 * the plain `web` platform: `host` or `host:port`, or `*` for all.
 */
export function parseMeetingLink(text: string, webHosts: readonly string[]): MeetingLink | string {
  const whole = URL.parse(text.trim());
  if (whole && /^[a-z][a-z+.-]*:\/\//i.test(text.trim()) && !/^https?:$/.test(whole.protocol)) {
    return 'must be an http(s) URL';
  }
  const readings = linksIn(text).map((url) => read(url, { text, webHosts }));
  const meeting = readings.find((reading) => typeof reading !== 'string');
  return meeting ?? readings.find((reading) => reading !== unknown) ?? readings[0] ?? 'is not a URL';
}

const unknown = 'belongs to no known platform (Google Meet, Zoom, Microsoft Teams)';

function read(url: URL, { text, webHosts }: { text: string; webHosts: readonly string[] }): MeetingLink | string {
  if (url.username || url.password) return 'must not carry credentials';
  const host = hostOf(url);
  const form = forms.find(({ owns }) => owns(host));
  if (form) return form.read(url, text);
  const isAllowed = webHosts.includes('*') || webHosts.includes(host) || webHosts.includes(url.host.toLowerCase());
  return isAllowed ? { platform: 'PLATFORM_WEB', url: url.href, meeting: url.host + url.pathname } : unknown;
}
