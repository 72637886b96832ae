import type { Platform } from '@earshot/kernel';
import { randomBytes, randomInt } from 'node:crypto';
import { createChanges, type WaitOptions } from './changes.ts';
import { createForwarder } from './forwarder.ts';
import { randomTeamsId, randomZoomId } from './meeting-ids.ts';
import type { JoinOptions, LabParticipant } from './participant.ts';
import { colourOf } from './pictures.ts';
import type { Person, RecordingAnswer } from './protocol.ts';
import type { Requests } from './rtcp.ts';
import { createAttendees, type ChatEntry, type Attendees } from './attendees.ts';

/** Which pages a room shows: the lab's own, or an imitation of a platform under that platform's host name. */
export type Face = Platform;

/** What the host of a meeting can do; each throws `not-found` when nobody of that name is there. */
export interface RoomHost {
  admit(name: string): void;
  deny(name: string): void;
  /** Lets the knock run out, as when no host is looking. */
  ignore(name: string): void;
  remove(name: string): void;
  /** Mutes somebody, who may unmute again. */
  mute(name: string): void;
  /** Asks somebody to unmute, as on Zoom; who agrees may do so even where it is not allowed. */
  askToUnmute(name: string): void;
  /** Whether those who came by the link may unmute themselves; who may not is muted. */
  allowUnmuting(isAllowed: boolean): void;
  /** Answers a request to record; only faces that offer one have any. A granted one shows everybody that it is recorded. */
  answerRecording(name: string, answer: RecordingAnswer): void;
  /** Breaks the connection of somebody inside, as a network that fails. */
  cut(name: string): void;
  /** Ends the meeting for everybody, those who wait included. Somebody may join again afterwards. */
  end(): void;
}

export interface Room {
  readonly id: string;
  readonly face: Face;
  readonly hasLobby: boolean;
  readonly variants: readonly string[];
  /** What a person or a bot opens. */
  readonly link: string;
  readonly host: RoomHost;
  readonly chat: readonly ChatEntry[];
  participants(): Person[];
  knocks(): Person[];
  /** Names of those who asked the host to record and were not answered. */
  recordingRequests(): string[];
  /** What somebody inside has asked the senders for, under the variant `forwarder`. */
  requestsOf(name: string): Requests;
  /** Brings a person in, in a headless browser of the lab's. Never waits in the lobby. Resolves once in the room and connected. */
  join(options: JoinOptions): Promise<LabParticipant>;
  /** Looks again after each change in the room; resolves with the first value that is neither undefined nor false. */
  waitFor<T>(look: (room: Room) => T | undefined | false, options?: WaitOptions): Promise<T>;
  waitForKnock(name: string, options?: WaitOptions): Promise<Person>;
  waitForParticipant(name: string, options?: WaitOptions): Promise<Person>;
  waitUntilGone(name: string, options?: WaitOptions): Promise<void>;
  waitUntilEmpty(options?: WaitOptions): Promise<void>;
}

export interface RoomOptions {
  face: Face;
  /** Whether those who come by the link have to knock. Default false. */
  lobby?: boolean;
  /** Whether those who come by the link are each alone with the invited. Default false. */
  keepsGuestsApart?: boolean;
  /** Whether those who come by the link are muted and may not unmute themselves, until the host allows it. Default false. */
  forbidsUnmuting?: boolean;
  /** Which documented builds, dialogs and walls of the platform the page shows; each face's list is in the README. */
  variants?: readonly string[];
  /** Default random, in the manner of the face. */
  id?: string;
}

export interface RoomDeps {
  link(id: string): string;
  isInvited(token: string | undefined): boolean;
  join(room: Room, options: JoinOptions): Promise<LabParticipant>;
}

export function createRoom(options: RoomOptions, deps: RoomDeps): { room: Room; attendees: Attendees } {
  const { face, lobby: hasLobby = false, keepsGuestsApart = false, forbidsUnmuting = false } = options;
  const { variants = [], id = randomRoomId(face) } = options;
  const changes = createChanges(() => describe(room));
  const space = randomBytes(9).toString('base64url');
  const attendees = createAttendees(
    {
      hasLobby,
      keepsGuestsApart,
      forbidsUnmuting,
      personId: (ordinal) => (face === 'google-meet' ? `spaces/${space}/devices/${ordinal}` : `person-${ordinal}`),
      isInvited: deps.isInvited,
      now: Date.now,
      forwarder: variants.includes('forwarder') ? createForwarder : undefined,
    },
    changes,
  );
  let broughtIn = 0;
  const named = (people: Person[], name: string) => people.find((person) => person.name === name);

  const room: Room = {
    id,
    face,
    hasLobby,
    variants,
    link: deps.link(id),
    chat: attendees.chat,
    host: {
      admit: (name) => attendees.admit(attendees.find('knocking', name)),
      deny: (name) => attendees.dismiss(attendees.find('knocking', name), 'denied'),
      ignore: (name) => attendees.dismiss(attendees.find('knocking', name), 'no-answer'),
      remove: (name) => attendees.dismiss(attendees.find('in', name), 'removed'),
      mute: (name) => attendees.mute(attendees.find('in', name)),
      askToUnmute: (name) => attendees.askToUnmute(attendees.find('in', name)),
      allowUnmuting: attendees.allowUnmuting,
      answerRecording: (name, answer) => attendees.answerRecording(attendees.find('in', name), answer),
      cut: (name) => attendees.dismiss(attendees.find('in', name), 'lost'),
      end() {
        for (const attendee of [...attendees.knocking(), ...attendees.inside()]) attendees.dismiss(attendee, 'ended');
      },
    },
    participants: () => attendees.inside().map((attendee) => ({ ...attendee.person })),
    knocks: () => attendees.knocking().map((attendee) => ({ ...attendee.person })),
    recordingRequests: () => [...attendees.recordingRequests].map((attendee) => attendee.person.name),
    requestsOf: attendees.requestsOf,
    join: (joinOptions) => deps.join(room, { colour: colourOf(broughtIn++), ...joinOptions }),
    waitFor: (look, wait) => changes.until(() => look(room), wait),
    waitForKnock: (name, wait) => changes.until(() => named(room.knocks(), name), wait),
    waitForParticipant: (name, wait) => changes.until(() => named(room.participants(), name), wait),
    async waitUntilGone(name, wait) {
      await changes.until(() => !named(room.participants(), name), wait);
    },
    async waitUntilEmpty(wait) {
      await changes.until(() => attendees.inside().length === 0, wait);
    },
  };
  return { room, attendees };
}

/** How things stand, for whoever waited in vain. */
function describe(room: Room): string {
  const names = (people: Person[]) => people.map(({ name }) => name).join(', ') || 'nobody';
  const asks = room.recordingRequests().join(', ') || 'nobody';
  return `inside ${names(room.participants())}; knocking ${names(room.knocks())}; asking to record ${asks}; ${room.chat.length} chat messages`;
}

function randomRoomId(face: Face): string {
  if (face === 'web') return randomBytes(6).toString('hex');
  if (face === 'teams') return randomTeamsId();
  if (face === 'zoom') return randomZoomId();
  const letters = (count: number) =>
    Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join('');
  return `${letters(3)}-${letters(4)}-${letters(3)}`;
}
