import { platformOfHost } from '@earshot/kernel';
import { z } from 'zod';
import { decoded, hostOf, type LinkForm, type PlatformLink } from './link-form.ts';

const thread = /^19:[^@\s]+@(?:thread\.(?:v2|tacv2|skype)|unq\.gbl\.spaces)$/;
const notWhole = 'is a Teams link that was cut: it does not name the whole meeting';

/** What `coords` of a light-meetings link says, both forms. */
const coordsSchema = z.union([
  z.object({
    conversationId: z.string().regex(thread),
    tenantId: z.string(),
    messageId: z.coerce.string(),
    organizerId: z.string(),
  }),
  z.object({ meetingCode: z.coerce.string().regex(/^\d+$/), passcode: z.string().optional() }),
]);

export const teamsLinks: LinkForm = {
  read: (url) => read(url, 3),
  // Only links with a row of digits go by a passcode, and those of the `v2` client keep it behind the `#`.
  passcodeParameter: ({ url, meeting }) => (meeting.includes('/meet/') && !url.includes('#') ? 'p' : undefined),
};

/** `depth`: how many links may be in one another. */
function read(url: URL, depth: number): PlatformLink | string {
  const host = hostOf(url).replace(/^www\./, '');
  const route = routeOf(url);
  // `_` only leads on; what it leads to opens by itself.
  const { href } = /^\/_\/?$/.test(url.pathname) ? route : url;
  if (depth === 0) return 'is a Teams link within too many others';
  if (/^\/dl\/launcher\//i.test(route.pathname)) {
    const inner = URL.parse(route.searchParams.get('url') ?? '', `https://${host}/`);
    if (!inner || platformOfHost(hostOf(inner)) !== 'teams') return 'is a Teams launcher link that names no meeting';
    return read(inner, depth - 1);
  }
  if (/^\/light-meetings\//i.test(route.pathname)) return readCoords(route.searchParams.get('coords') ?? '', host);
  const digits = /^\/meet\/([^/]*)\/?$/i.exec(route.pathname)?.[1];
  if (digits !== undefined) {
    const code = decoded(digits).replace(/\s/g, '');
    if (!/^\d{9,16}$/.test(code)) return 'is a Teams link whose meeting id is not a row of digits';
    return { url: href, meeting: `${cloudOf(host)}/meet/${code}` };
  }
  const [, conversation, messageId] = /^\/l\/meetup-join\/([^/]*)(?:\/([^/]*))?/i.exec(route.pathname) ?? [];
  if (conversation === undefined) return 'is a Teams link, but not one to a meeting';
  const id = decoded(decoded(conversation));
  if (!thread.test(id) || !/^\d+$/.test(messageId ?? '')) return notWhole;
  return { url: href, meeting: `${cloudOf(host)}/${id}/${messageId}` };
}

/** The newer host is another name of the first: one meeting has links on both. */
const cloudOf = (host: string) => (host === 'teams.cloud.microsoft' ? 'teams.microsoft.com' : host);

/** The page that a link leads to: the `v2` client and `_` keep theirs behind the `#`. */
function routeOf(url: URL): URL {
  const isShell = /^\/(?:v2|_)\/?$/.test(url.pathname);
  return (isShell && url.hash.length > 1 && URL.parse(decodedOnce(url.hash.slice(1)), url.origin)) || url;
}

/** A route whose slashes are encoded as well. */
const decodedOnce = (route: string) => (route.includes('/') ? route : decoded(route));

function readCoords(text: string, host: string): PlatformLink | string {
  let given: unknown;
  try {
    given = JSON.parse(Buffer.from(text.replaceAll(' ', '+'), 'base64').toString('utf8'));
  } catch {
    return 'is a Teams link whose coords cannot be read: it was cut';
  }
  const coords = coordsSchema.safeParse(given).data;
  if (!coords) return notWhole;
  if ('meetingCode' in coords) {
    const link = new URL(`https://${host}/meet/${coords.meetingCode}`);
    if (coords.passcode) link.searchParams.set('p', coords.passcode);
    return read(link, 1);
  }
  const { conversationId, messageId, tenantId, organizerId } = coords;
  const context = encodeURIComponent(JSON.stringify({ Tid: tenantId, Oid: organizerId }));
  const route = `/l/meetup-join/${encodeURIComponent(conversationId)}/${encodeURIComponent(messageId)}`;
  const link = URL.parse(`https://${host}/v2/?meetingjoin=true#${route}?context=${context}&anon=true`);
  return link ? read(link, 1) : notWhole;
}
