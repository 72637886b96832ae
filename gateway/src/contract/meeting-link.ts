import type { Platform } from '@earshot/contract/scheduler/v1/bots.ts';

export interface MeetingLink {
  readonly platform: Platform;
  /** The link as the browser is to open it. */
  readonly url: string;
}

/** Hosts of each platform: exact names and what ends in them. */
const platformHosts: readonly { platform: Platform; hosts: readonly string[] }[] = [
  { platform: 'PLATFORM_GOOGLE_MEET', hosts: ['meet.google.com'] },
  { platform: 'PLATFORM_ZOOM', hosts: ['zoom.us', 'zoomgov.com', 'zoom.com'] },
  {
    platform: 'PLATFORM_TEAMS',
    hosts: ['teams.microsoft.com', 'teams.live.com', 'teams.microsoft.us', 'teams.cloud.microsoft'],
  },
];

const meetCode = /^\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/;

/**
 * What a meeting link points to, or a sentence that says why it cannot be used. `webHosts` are the hosts whose pages
 * count as meetings of the plain `web` platform: `host` or `host:port`, or `*` for all.
 */
export function parseMeetingLink(text: string, webHosts: readonly string[]): MeetingLink | string {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return 'is not a URL';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an http(s) URL';
  if (url.username || url.password) return 'must not carry credentials';
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const known = platformHosts.find(({ hosts }) => hosts.some((name) => host === name || host.endsWith(`.${name}`)));
  if (known?.platform === 'PLATFORM_GOOGLE_MEET' && !meetCode.test(url.pathname.toLowerCase())) {
    return 'is not a Google Meet link: the code looks like abc-defg-hij';
  }
  if (known) return { platform: known.platform, url: url.href };
  const allowed = webHosts.includes('*') || webHosts.includes(host) || webHosts.includes(url.host.toLowerCase());
  if (allowed) return { platform: 'PLATFORM_WEB', url: url.href };
  return 'belongs to no known platform (Google Meet, Zoom, Microsoft Teams)';
}
