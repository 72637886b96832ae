import type { Room } from './room.ts';
import type { Answer } from './answer.ts';

export const meetHosts = ['meet.google.com', 'accounts.google.com'];

const home = ['/', '/landing', '/home'];
/** What the page asks before it lets somebody in; only its status matters. */
const joinRequest = '/$rpc/google.rtc.meetings.v1.MeetingDeviceService/CreateMeetingDevice';

/** The meeting under its code, the platform's home, and what stands before a meeting for guests that are not wanted. */
export function answerMeet(
  { host, pathname }: URL,
  { findRoom, isInvited, referer }: { findRoom(id: string): Room | undefined; isInvited: boolean; referer: string },
): Answer {
  if (host === 'accounts.google.com') return { page: 'google-meet/sign-in.html', status: 200 };
  if (pathname === joinRequest) {
    const asking = URL.canParse(referer) ? findRoom(new URL(referer).pathname.slice(1)) : undefined;
    return { status: asking?.variants.includes('forbidden') ? 403 : 204 };
  }
  // The frame of a test for people, which is there for everybody and shown to few.
  if (pathname.startsWith('/recaptcha/')) return { page: 'google-meet/captcha.html', status: 200 };
  const room = findRoom(pathname.slice(1).toLowerCase());
  if (!room) return { page: `google-meet/${home.includes(pathname) ? 'landing' : 'not-found'}.html`, status: 200 };
  const wall = ['sign-in', 'blocked'].find((variant) => !isInvited && room.variants.includes(variant));
  if (wall === 'sign-in') return { location: 'https://accounts.google.com/v3/signin/identifier' };
  return wall ? { page: 'google-meet/blocked.html', status: 200 } : { room };
}
