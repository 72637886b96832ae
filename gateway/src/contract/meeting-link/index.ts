import { platformNames, platformOf, platformOfHost, type Platform } from '@earshot/kernel';
import { googleMeetLinks } from './google-meet.ts';
import { hostOf, type LinkForm, type MeetingLink } from './link-form.ts';
import { passcodeIn } from './passcode.ts';
import { plainText } from './plain-text.ts';
import { teamsLinks } from './teams.ts';
import { linksIn, type FoundLink } from './unwrap.ts';
import { innerLinksOf, isOpaque } from './wrappers.ts';
import { zoomLinks } from './zoom.ts';

export type { MeetingLink } from './link-form.ts';
export { isSameMeeting } from './same-meeting.ts';

/** How each platform that has links of its own writes them. */
const forms: Readonly<Record<Exclude<Platform, 'web'>, LinkForm>> = {
  'google-meet': googleMeetLinks,
  zoom: zoomLinks,
  teams: teamsLinks,
};

/** A link of a text, and what it means. */
interface Reading extends FoundLink {
  readonly means: MeetingLink | string;
}

/**
 * What a meeting link points to, or a sentence that says why it cannot be used. The link may be wrapped, encoded, or
 * stand in a text; the first that leads to a meeting counts, with the passcode of another link to the same meeting, or of
 * the text around it. `webHosts` are the hosts whose pages count as meetings of the plain `web` platform: `host` or
 * `host:port`, or `*` for all.
 */
export function parseMeetingLink(text: string, webHosts: readonly string[]): MeetingLink | string {
  const plain = plainText(text);
  const scheme = /^([a-z][a-z+.-]*):\/\/\S+$/i.exec(plain)?.[1]?.toLowerCase();
  if (scheme !== undefined && !/^(?:https?|zoommtg|zoomus)$/.test(scheme)) return 'must be an http(s) URL';
  const readings = linksIn(plain).map((found) => read(found, webHosts));
  const first = readings.find(isMeeting);
  if (!first) {
    const reasons = readings.map(({ means }) => means as string);
    return reasons.find((reason) => reason !== unknown) ?? reasons[0] ?? 'is not a URL';
  }
  const same = readings.filter(isMeeting).filter(({ means }) => means.meeting === first.means.meeting);
  const whole = same.find(({ means }) => passcodeOf(means) !== '') ?? first;
  return passcodeOf(whole.means) === '' ? withPasscodeOf(plain, { whole, same, readings }) : whole.means;
}

const titles = platformNames.filter((name) => name !== 'web').map((name) => platformOf(name).title);
const unknown = `belongs to no known platform (${titles.join(', ')})`;
const hidden = 'is a shortened or protected link: give the address that it leads to';

interface MeetingReading extends Reading {
  readonly means: MeetingLink;
}
const isMeeting = (reading: Reading): reading is MeetingReading => typeof reading.means !== 'string';

function read(found: FoundLink, webHosts: readonly string[]): Reading {
  const { url } = found;
  const host = hostOf(url);
  if (url.username || url.password) return { ...found, means: 'must not carry credentials' };
  const own = readOwn(url);
  if (own !== undefined) return { ...found, means: own };
  if (webHosts.includes(host) || webHosts.includes(url.host.toLowerCase())) return { ...found, means: webLink(url) };
  const inner = innerLinksOf(url)
    .map(readOwn)
    .find((means) => typeof means === 'object');
  if (inner) return { ...found, means: inner };
  if (webHosts.includes('*')) return { ...found, means: webLink(url) };
  return { ...found, means: isOpaque(host) ? hidden : unknown };
}

/** What a link to a platform's own host means; undefined for one to any other. */
function readOwn(url: URL): MeetingLink | string | undefined {
  const platform = platformOfHost(hostOf(url));
  if (platform === 'web') return undefined;
  const link = forms[platform].read(url);
  return typeof link === 'string' ? link : { ...link, platform };
}

function webLink(url: URL): MeetingLink {
  return { platform: 'web', url: url.href, meeting: url.host + url.pathname };
}

function passcodeParameterOf(link: MeetingLink): string | undefined {
  return link.platform === 'web' ? undefined : forms[link.platform].passcodeParameter?.(link);
}

/** The passcode in a link; empty where it is missing, undefined where none belongs. */
function passcodeOf(link: MeetingLink): string | undefined {
  const name = passcodeParameterOf(link);
  return name === undefined ? undefined : (new URL(link.url).searchParams.get(name) ?? '');
}

/**
 * The link with the passcode that the text gives for it: behind one of its links and before a link to another meeting, or
 * before them where it is the text's only meeting.
 */
function withPasscodeOf(
  plain: string,
  { whole, same, readings }: { whole: MeetingReading; same: readonly MeetingReading[]; readings: readonly Reading[] },
): MeetingLink {
  const others = readings.filter((one) => isMeeting(one) && one.means.meeting !== whole.means.meeting);
  const behind = same.map(({ to }) => {
    const end = Math.min(plain.length, ...others.map(({ from }) => from).filter((from) => from >= to));
    return passcodeIn(plain.slice(to, end));
  });
  const before = others.length === 0 ? passcodeIn(plain.slice(0, whole.from)) : undefined;
  const passcode = behind.find((found) => found !== undefined) ?? before;
  const name = passcodeParameterOf(whole.means);
  if (passcode === undefined || name === undefined) return whole.means;
  const url = new URL(whole.means.url);
  url.searchParams.set(name, passcode);
  return { ...whole.means, url: url.href };
}
