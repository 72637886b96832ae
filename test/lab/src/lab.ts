import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { AppError, silentLog, type Log } from '@earshot/kernel';
import { labCertificate } from './certificate.ts';
import { closeContext } from './close-context.ts';
import { createLabBrowser } from './lab-browser.ts';
import { meetHosts } from './meet-links.ts';
import { joinAsParticipant, type JoinOptions, type LabParticipant } from './participant.ts';
import { createRoom, type Face, type Room, type RoomOptions } from './room.ts';
import type { Attendees } from './attendees.ts';
import { createSignalling } from './signalling.ts';
import { createSite } from './site.ts';
import { speechFile } from './speech.ts';
import { teamsHosts, teamsLinks } from './teams-links.ts';
import { zoomHosts, zoomLink } from './zoom-links.ts';

export interface LabOptions {
  /** Of the plain site; 0 takes a free one. */
  port?: number;
  /** Of the imitated platforms; 0 takes a free one. */
  tlsPort?: number;
  log?: Log;
}

/** A meeting site on loopback, with people who can be brought into its rooms. Disposing ends it all. */
export interface Lab extends AsyncDisposable {
  /** The plain site, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Which address stands for which `host:port` of an imitated platform. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Base64 SHA-256 of the public key that the imitated platforms present. */
  readonly spki: string;
  /** What a bot's Chromium needs to take the lab for the platforms. */
  readonly browserArgs: readonly string[];
  /** Where the media of its people comes from: this machine's own addresses. */
  readonly addresses: readonly string[];
  /** Throws `already-exists` when the id is taken. */
  createRoom(options: RoomOptions): Room;
}

const platformHosts = [...meetHosts, ...teamsHosts, ...zoomHosts];

export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { port = 0, tlsPort = 0, log = silentLog } = options;
  const rooms = new Map<string, { room: Room; attendees: Attendees }>();
  const invitations = new Set<string>();
  const speech = new Map<string, string>();
  const isInvited = (token: string | undefined) => token !== undefined && invitations.has(token);

  const { key, cert, spki } = await labCertificate(platformHosts);
  const site = createSite({ findRoom: (id) => rooms.get(id)?.room, isInvited, speechPath: (hash) => speech.get(hash) });
  const plain = createServer((request, response) => void site(request, response));
  const tls = createTlsServer({ key, cert }, (request, response) => void site(request, response));
  const signalling = createSignalling([plain, tls], { findAttendees: (id) => rooms.get(id)?.attendees, log });

  const url = `http://${await listen(plain, port)}`;
  const tlsAddress = await listen(tls, tlsPort);
  const hosts = Object.fromEntries(platformHosts.map((host) => [`${host}:443`, tlsAddress]));
  const browserArgs = [
    `--host-resolver-rules=${platformHosts.map((host) => `MAP ${host} ${tlsAddress}`).join(',')}`,
    `--ignore-certificate-errors-spki-list=${spki}`,
  ];
  const browser = createLabBrowser(browserArgs);
  const links: Record<Face, (id: string) => string> = {
    web: (id) => `${url}/r/${id}`,
    'google-meet': (id) => `https://meet.google.com/${id}`,
    teams: (id) => teamsLinks(id).meetupJoin,
    zoom: zoomLink,
  };

  function publish(wavPath: string): string {
    const hash = createHash('sha256').update(wavPath).digest('hex').slice(0, 24);
    speech.set(hash, wavPath);
    return `/lab/speech/${hash}.wav`;
  }

  async function join(room: Room, joinOptions: JoinOptions): Promise<LabParticipant> {
    const token = randomBytes(16).toString('hex');
    invitations.add(token);
    const link = new URL(room.link);
    link.searchParams.set('participant', token);
    const page = await browser.openPage(link.href);
    page.on('pageerror', (error) => log.warn('an error in a page of the lab', { error: String(error) }));
    try {
      return await joinAsParticipant(joinOptions, { page, speechFile, publish });
    } catch (error) {
      await closeContext(page.context());
      throw error;
    }
  }

  log.info('lab started', { url, tlsAddress });
  return {
    url,
    hosts,
    spki,
    browserArgs,
    addresses: ownAddresses(),
    createRoom(roomOptions) {
      const made = createRoom(roomOptions, { link: links[roomOptions.face], isInvited, join });
      const { id } = made.room;
      if (rooms.has(id)) throw new AppError('already-exists', 'a room of that id exists', { fields: { id } });
      rooms.set(id, made);
      return made.room;
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      signalling.close();
      await Promise.all([close(plain), close(tls)]);
    },
  };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.map(({ address }) => address).filter((address) => !address.includes('%'));
}
