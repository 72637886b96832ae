import { createHash } from 'node:crypto';

/** Every address under which one Teams meeting is reached; the room's id is the meeting's digits. */
export interface TeamsLinks {
  readonly meetupJoin: string;
  readonly meet: string;
  readonly live: string;
  /** What the digit links carry as `p`. */
  readonly passcode: string;
}

export const teamsHosts = ['teams.microsoft.com', 'teams.live.com', 'login.microsoftonline.com'];

export function teamsLinks(id: string): TeamsLinks {
  const context = encodeURIComponent(JSON.stringify({ Tid: uuid(`tenant ${id}`), Oid: uuid(`organizer ${id}`) }));
  const passcode = passcodeOf(id);
  return {
    meetupJoin: `https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(threadOf(id))}/0?context=${context}`,
    meet: `https://teams.microsoft.com/meet/${id}?p=${passcode}`,
    live: `https://teams.live.com/meet/${id}?p=${passcode}`,
    passcode,
  };
}

/** What the final page carries as `coords`, both forms. */
export type TeamsCoords =
  | {
      readonly conversationId: string;
      readonly tenantId: string;
      readonly messageId: string;
      readonly organizerId: string;
    }
  | { readonly meetingUrl: string; readonly meetingCode: string; readonly passcode: string };

export function coordsOf(target: URL): TeamsCoords | undefined {
  const thread = /^\/l\/meetup-join\/([^/]+)\/(\d+)/.exec(target.pathname);
  if (thread) {
    const context = JSON.parse(target.searchParams.get('context') ?? '{}') as Record<string, string>;
    const [, conversation = '', messageId = ''] = thread;
    const [tenantId = '', organizerId = ''] = [context['Tid'], context['Oid']];
    return { conversationId: decodeURIComponent(conversation), tenantId, messageId, organizerId };
  }
  const meetingCode = /^\/meet\/(\d+)$/.exec(target.pathname)?.[1];
  if (meetingCode === undefined) return undefined;
  return { meetingUrl: target.href, meetingCode, passcode: target.searchParams.get('p') ?? '' };
}

/** The id of the room that is meant; undefined for a wrong passcode too, since the platform does not tell them apart. */
export function roomIdOf(coords: TeamsCoords): string | undefined {
  if ('conversationId' in coords) {
    const encoded = /^19:meeting_(.+)@thread\.v2$/.exec(coords.conversationId)?.[1];
    return encoded && Buffer.from(encoded, 'base64url').toString();
  }
  return coords.passcode === passcodeOf(coords.meetingCode) ? coords.meetingCode : undefined;
}

const threadOf = (id: string) => `19:meeting_${Buffer.from(id).toString('base64url')}@thread.v2`;
const passcodeOf = (id: string) => digest(`passcode ${id}`).slice(0, 13);
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const uuid = (text: string) => digest(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
