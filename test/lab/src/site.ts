import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import type { Answer } from './answer.ts';
import { answerMeet, meetHosts } from './meet-links.ts';
import type { Face, Room } from './room.ts';
import { coordsOf, roomIdOf, teamsHosts, type TeamsCoords } from './teams-links.ts';
import { answerZoom, zoomHosts } from './zoom-links.ts';

const pagesFolder = join(import.meta.dirname, 'pages');
/** Stands for a server that takes the request and says nothing. */
const neverPath = '/lab/never';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wav': 'audio/wav',
};

// Meeting platforms enforce a policy of this kind; code that is injected into their pages has to cope with it.
const platformPolicy = [
  "default-src 'self'",
  "connect-src 'self' wss:",
  "media-src 'self' blob:",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Under which status the plain face refuses those whom its makers do not want. */
const webWalls = [
  ['sign-in', 401],
  ['blocked', 403],
] as const;

export interface SiteDeps {
  findRoom(id: string): Room | undefined;
  isInvited(token: string | undefined): boolean;
  /** The file behind `/lab/speech/<key>.wav`. */
  speechPath(key: string): string | undefined;
}

/** Answers every HTTP request of the lab, the host name deciding which face is shown. */
export function createSite(deps: SiteDeps) {
  const cut = new Set<string>();

  return async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://lab');
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    try {
      const speechKey = /^\/lab\/speech\/([\w-]+)\.wav$/.exec(url.pathname)?.[1];
      const speechPath = speechKey && deps.speechPath(speechKey);
      if (url.pathname === neverPath) return;
      if (speechPath) await sendFile(response, speechPath);
      else if (url.pathname.startsWith('/lab/')) await sendFile(response, pageFile(url.pathname.slice('/lab/'.length)));
      else if (meetHosts.includes(host))
        await sendMeet(response, new URL(`${url.pathname}${url.search}`, `https://${host}`), request.headers.referer);
      else if (teamsHosts.includes(host))
        await sendTeams(response, new URL(`${url.pathname}${url.search}`, `https://${host}`));
      else if (zoomHosts.includes(host)) await sendZoom(response, url);
      else await sendWeb(response, url);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
    }
  };

  async function sendWeb(response: ServerResponse, url: URL): Promise<void> {
    const id = /^\/r\/([\w-]+)\/?$/.exec(url.pathname)?.[1];
    const room = id === undefined ? undefined : roomOf('web', id);
    const wall = isInvited(url) ? undefined : webWalls.find(([variant]) => room?.variants.includes(variant));
    if (wall) await sendFile(response, pageFile('web/wall.html'), wall[1]);
    else if (room) await sendRoom(response, url, room);
    else await sendFile(response, pageFile('web/not-found.html'), 404);
  }

  async function sendMeet(response: ServerResponse, url: URL, referer = ''): Promise<void> {
    response.setHeader('content-security-policy', platformPolicy);
    const findRoom = (id: string) => roomOf('google-meet', id);
    await send(response, url, answerMeet(url, { findRoom, isInvited: isInvited(url), referer }));
  }

  /**
   * The way in, as its address changes: launcher, for digit links a silent sign-in that comes back, `/v2/`, and the light
   * client. That one shows the page before the call for any meeting, whether there is one or not.
   */
  async function sendTeams(response: ServerResponse, url: URL): Promise<void> {
    response.setHeader('content-security-policy', platformPolicy);
    const coords = coordsOf(url);
    if (coords && isInvited(url)) {
      return sendTeamsRoom(response, url, coords);
    }
    if (coords) {
      const target = encodeURIComponent(`/_#${url.pathname}${url.search}`);
      const type = url.pathname.startsWith('/meet/') ? 'meet' : 'meetup-join';
      response.writeHead(302, {
        location: `/dl/launcher/launcher.html?url=${target}&type=${type}&suppressPrompt=true`,
      });
      response.end();
      return;
    }
    if (url.pathname === '/light-meetings/launch') {
      const encoded = Buffer.from(url.searchParams.get('coords') ?? '', 'base64').toString();
      return sendTeamsRoom(response, url, JSON.parse(encoded) as TeamsCoords);
    }
    const pages: Readonly<Record<string, string>> = {
      '/dl/launcher/launcher.html': 'teams/launcher.html',
      '/v2/': 'teams/v2.html',
      '/common/oauth2/v2.0/authorize': 'teams/silent-sign-in.html',
      '/login': 'teams/sign-in.html',
    };
    const page = pages[url.pathname];
    await sendFile(response, pageFile(page ?? 'teams/not-found.html'), page ? 200 : 404);
  }

  async function sendTeamsRoom(response: ServerResponse, url: URL, coords: TeamsCoords): Promise<void> {
    const room = roomOf('teams', roomIdOf(coords) ?? '');
    if (room) await sendRoom(response, url, room);
    else await sendFile(response, pageFile('teams/index.html'));
  }

  async function sendZoom(response: ServerResponse, url: URL): Promise<void> {
    response.setHeader('content-security-policy', platformPolicy);
    await send(response, url, answerZoom(url, { findRoom: (id) => roomOf('zoom', id), isInvited: isInvited(url) }));
  }

  async function send(response: ServerResponse, url: URL, answer: Answer): Promise<void> {
    if ('room' in answer) await sendRoom(response, url, answer.room);
    else if ('page' in answer) await sendFile(response, pageFile(answer.page), answer.status);
    else if ('location' in answer) response.writeHead(302, { location: answer.location }).end();
    else response.writeHead(answer.status).end();
  }

  function isInvited(url: URL): boolean {
    return deps.isInvited(url.searchParams.get('participant') ?? undefined);
  }

  /** Whether the network fails this request: each for the room, or the first. */
  function isCut(room: Room, url: URL): boolean {
    if (isInvited(url)) return false;
    if (room.variants.includes('unreachable')) return true;
    const isFirst = room.variants.includes('unreachable-at-first') && !cut.has(room.id);
    cut.add(room.id);
    return isFirst;
  }

  function roomOf(face: Face, id: string): Room | undefined {
    const room = deps.findRoom(id);
    return room?.face === face ? room : undefined;
  }

  async function sendRoom(response: ServerResponse, url: URL, room: Room): Promise<void> {
    if (isCut(room, url)) return void response.destroy();
    const html = await readFile(pageFile(`${room.face}/index.html`), 'utf8');
    const token = url.searchParams.get('participant') ?? undefined;
    // Only the lab's own participants get handles on the page: a bot has to find its way as on a foreign site.
    const driver = deps.isInvited(token) ? '<script type="module" src="/lab/engine/participant.js"></script>' : '';
    const meta = `<meta name="room" content="${room.id}" data-lobby="${room.hasLobby}" data-variants="${room.variants.join(' ')}" />`;
    response
      .writeHead(200, { 'content-type': contentTypes['.html'], 'cache-control': 'no-store' })
      .end(html.replace('<!-- lab -->', meta + driver));
  }
}

function pageFile(path: string): string {
  const file = normalize(join(pagesFolder, decodeURIComponent(path)));
  if (!file.startsWith(pagesFolder + sep)) throw new Error('outside the pages folder');
  return file;
}

async function sendFile(response: ServerResponse, path: string, status = 200): Promise<void> {
  const body = await readFile(path);
  response
    .writeHead(status, {
      'content-type': contentTypes[extname(path)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
    })
    .end(body);
}
