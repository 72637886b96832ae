import { AppError } from '@earshot/kernel';
import type { Changes } from './changes.ts';
import type { Forwarder, ForwarderDeps, ForwarderSignal } from './forwarder.ts';
import type { Farewell, LabMessage, PageMessage, Person, RecordingAnswer } from './protocol.ts';
import type { Requests } from './rtcp.ts';

/** Longer than any platform lets a name be (Entra: 256), for bots that have to bear it. */
const MAX_NAME = 500;

/** One message of a room's chat; `at` is milliseconds since the epoch. */
export interface ChatEntry {
  name: string;
  text: string;
  at: number;
}

/** A page that wants in, is waiting, or is in. */
export interface Attendee {
  person: Person;
  state: 'new' | 'knocking' | 'in' | 'gone';
  /** Came by the link alone. */
  isGuest: boolean;
  send(message: LabMessage): void;
}

export interface AttendeesConfig {
  hasLobby: boolean;
  /** Whether those who come by the link neither see nor hear each other. */
  keepsGuestsApart: boolean;
  /** Whether those who come by the link may not unmute themselves, until the host allows it. */
  forbidsUnmuting: boolean;
  /** The id that everybody sees, by order of arrival from 1. */
  personId(ordinal: number): string;
  /** Whether the token belongs to one of the lab's own participants, who are never made to wait. */
  isInvited(token: string | undefined): boolean;
  now(): number;
  /** What carries the media, where that is not a mesh. */
  forwarder?(deps: ForwarderDeps): Forwarder;
}

/** The rules of one meeting: who waits, who is in, and who receives what. No I/O: an attendee is anything that can be sent to. */
export interface Attendees {
  readonly chat: ChatEntry[];
  /** Who asked the host to record. */
  readonly recordingRequests: ReadonlySet<Attendee>;
  arrive(send: Attendee['send']): Attendee;
  handle(attendee: Attendee, message: PageMessage): void;
  /** The page left or its socket is gone. */
  depart(attendee: Attendee): void;
  admit(attendee: Attendee): void;
  dismiss(attendee: Attendee, why: Farewell): void;
  answerRecording(attendee: Attendee, answer: RecordingAnswer): void;
  mute(attendee: Attendee): void;
  askToUnmute(attendee: Attendee): void;
  /** Whether those who come by the link may unmute themselves. */
  allowUnmuting(isAllowed: boolean): void;
  /** Everybody in, in order of arrival. */
  inside(): Attendee[];
  /** What somebody inside has asked senders for; nothing in a mesh, whose senders know. */
  requestsOf(name: string): Requests;
  knocking(): Attendee[];
  find(state: 'knocking' | 'in', name: string): Attendee;
}

export function createAttendees(config: AttendeesConfig, changes: Pick<Changes, 'notify'>): Attendees {
  const all = new Set<Attendee>();
  const chat: ChatEntry[] = [];
  const recordingRequests = new Set<Attendee>();
  let arrivals = 0;
  let mayUnmute = !config.forbidsUnmuting;

  const byId = (id: string) => [...all].find((attendee) => attendee.person.id === id);
  const forwarder = config.forwarder?.({
    reaches(from, to) {
      const [one, other] = [byId(from), byId(to)];
      const isCrowd = one?.person.isCrowd && other?.person.isCrowd;
      return one !== undefined && other !== undefined && !isCrowd && !areApart(one, other);
    },
    signal: (to, body) => byId(to)?.send({ type: 'signal', from: 'forwarder', body }),
  });

  const inState = (state: Attendee['state']) => [...all].filter((attendee) => attendee.state === state);
  const areApart = (one: Attendee, other: Attendee) => config.keepsGuestsApart && one.isGuest && other.isGuest;
  const othersOf = (attendee: Attendee) =>
    inState('in').filter((other) => other !== attendee && !areApart(attendee, other));
  const notifyOthers = (attendee: Attendee, message: LabMessage) => {
    for (const other of othersOf(attendee)) other.send(message);
  };

  function admit(attendee: Attendee): void {
    const others = othersOf(attendee).map((other) => ({ ...other.person }));
    attendee.state = 'in';
    attendee.send({ type: 'welcome', self: attendee.person, others });
    if (!mayUnmute && attendee.isGuest) attendee.send({ type: 'unmuting', isAllowed: false });
    notifyOthers(attendee, { type: 'joined', person: attendee.person });
    forwarder?.enter(attendee.person.id);
    changes.notify();
  }

  function remove(attendee: Attendee): void {
    const wasIn = attendee.state === 'in';
    all.delete(attendee);
    attendee.state = 'gone';
    if (wasIn) {
      notifyOthers(attendee, { type: 'left', id: attendee.person.id });
      forwarder?.leave(attendee.person.id);
    }
    changes.notify();
  }

  function greet(attendee: Attendee, message: PageMessage & { type: 'hello' }): void {
    attendee.person = { id: attendee.person.id, name: message.name.slice(0, MAX_NAME), ...message.media };
    if (message.isCrowd) attendee.person.isCrowd = true;
    attendee.isGuest = !config.isInvited(message.token);
    if (!config.hasLobby || !attendee.isGuest) {
      admit(attendee);
      return;
    }
    attendee.state = 'knocking';
    attendee.send({ type: 'waiting' });
    changes.notify();
  }

  function receiveInside(attendee: Attendee, message: PageMessage): void {
    const { id, name } = attendee.person;
    if (message.type === 'signal' && message.to === 'forwarder') {
      forwarder?.handle(id, message.body as ForwarderSignal);
    } else if (message.type === 'signal') {
      const to = inState('in').find((other) => other.person.id === message.to);
      to?.send({ type: 'signal', from: id, body: message.body });
    } else if (message.type === 'media') {
      Object.assign(attendee.person, message.media);
      notifyOthers(attendee, { type: 'media', id, media: message.media });
      changes.notify();
    } else if (message.type === 'level' || message.type === 'caption') {
      notifyOthers(attendee, { ...message, id });
    } else if (message.type === 'ask-recording') {
      recordingRequests.add(attendee);
      changes.notify();
    } else if (message.type === 'chat') {
      const line = { name, text: message.text, at: config.now() };
      chat.push(line);
      for (const other of inState('in')) other.send({ type: 'chat', id, ...line });
      changes.notify();
    }
  }

  function find(state: 'knocking' | 'in', name: string): Attendee {
    const attendee = inState(state).find((candidate) => candidate.person.name === name);
    if (!attendee)
      throw new AppError('not-found', 'nobody of that name there', { fields: { state, 'pii.name': name } });
    return attendee;
  }

  return {
    chat,
    recordingRequests,
    admit,
    arrive(send) {
      arrivals += 1;
      const person = { id: config.personId(arrivals), name: '', mic: false, camera: false };
      const attendee: Attendee = { person, state: 'new', isGuest: true, send };
      all.add(attendee);
      return attendee;
    },
    handle(attendee, message) {
      if (message.type === 'leave') remove(attendee);
      else if (attendee.state === 'new' && message.type === 'hello') greet(attendee, message);
      else if (attendee.state === 'knocking' && message.type === 'media') Object.assign(attendee.person, message.media);
      else if (attendee.state === 'in') receiveInside(attendee, message);
    },
    depart(attendee) {
      if (all.has(attendee)) remove(attendee);
    },
    dismiss(attendee, why) {
      attendee.send({ type: 'farewell', why });
      remove(attendee);
    },
    answerRecording(attendee, answer) {
      recordingRequests.delete(attendee);
      attendee.send({ type: 'recording-answer', answer });
      if (answer === 'allowed') for (const each of inState('in')) each.send({ type: 'recorded' });
      changes.notify();
    },
    mute: (attendee) => attendee.send({ type: 'muted' }),
    askToUnmute: (attendee) => attendee.send({ type: 'asked-to-unmute' }),
    allowUnmuting(isAllowed) {
      mayUnmute = isAllowed;
      for (const each of inState('in')) if (each.isGuest) each.send({ type: 'unmuting', isAllowed });
    },
    inside: () => inState('in'),
    requestsOf(name) {
      const { id } = find('in', name).person;
      return forwarder?.requestsOf(id) ?? { keyframes: 0, retransmissions: 0 };
    },
    knocking: () => inState('knocking'),
    find,
  };
}
