import type { Room } from './room.ts';
import type { Answer } from './answer.ts';

export const zoomHosts = ['zoom.us', 'app.zoom.us'];

/** The invitation: the address of the launcher, with the passcode. */
export function zoomLink(id: string): string {
  return `https://zoom.us/j/${id}?pwd=${zoomPasscode(id)}`;
}

/** A room's passcode; pages/zoom/preview.js knows the same rule. */
function zoomPasscode(id: string): string {
  return [...id].reverse().join('').slice(0, 6);
}

/**
 * The launcher under `/j/<id>`, the web client under `/wc/<id>/join` and `/wc/join/<id>`, walls under addresses of their own.
 * The lab's own participants skip what stands before the client.
 */
export function answerZoom(
  url: URL,
  { findRoom, isInvited }: { findRoom(id: string): Room | undefined; isInvited: boolean },
): Answer {
  const { pathname, search } = url;
  const launched = /^\/[jsw]\/(\d+)\/?$/.exec(pathname)?.[1];
  if (launched !== undefined && isInvited) return { location: `https://app.zoom.us/wc/${launched}/join${search}` };
  if (launched !== undefined) return { page: 'zoom/launcher.html', status: 200 };
  const id = /^\/wc\/(\d+)\/join\/?$/.exec(pathname)?.[1] ?? /^\/wc\/join\/(\d+)\/?$/.exec(pathname)?.[1];
  if (id === undefined) return wallAt(pathname) ?? { page: 'zoom/error.html', status: 404 };
  const room = findRoom(id);
  if (!room) return { page: 'zoom/error.html', status: 200 };
  if (!isInvited && room.variants.includes('registration')) return { location: `/meeting/register/${id}` };
  if (!isInvited && room.variants.includes('sign-in')) return { page: 'zoom/sign-in.html', status: 200 };
  if (!isInvited && room.variants.includes('frame') && !url.searchParams.has('framed')) {
    return { page: 'zoom/frame.html', status: 200 };
  }
  return { room };
}

function wallAt(pathname: string): Answer | undefined {
  if (pathname.startsWith('/meeting/register/')) return { page: 'zoom/registration.html', status: 200 };
  return pathname === '/wc/leave' ? { page: 'zoom/left.html', status: 200 } : undefined;
}
