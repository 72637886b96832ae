import { AppError } from '@earshot/kernel';
import type { Changes } from './changes.ts';
import type { Forwarder, ForwarderDeps, ForwarderSignal } from './forwarder.ts';
import type { Farewell, LabMessage, PageMessage, Person, RecordingAnswer } from './protocol.ts';
import type { Requests } from './rtcp.ts';

/** Longer than any platform lets a name be (Entra: 256), for bots that have to bear it. */
const MAX_NAME = 500;

/** One line of a room's chat; `at` is milliseconds since the epoch. */
export interface ChatLine {
  name: string;
  text: string;
  at: number;
}

/** A page that wants in, is waiting, or is in. */
export interface Seat {
  person: Person;
  state: 'new' | 'knocking' | 'in' | 'gone';
  /** Came by the link alone. */
  isGuest: boolean;
  send(message: LabMessage): void;
}

export interface SeatsConfig {
  hasLobby: boolean;
  /** Whether those who come by the link neither see nor hear each other. */
  keepsGuestsApart: boolean;
  /** The id that everybody sees, by order of arrival from 1. */
  personId(ordinal: number): string;
  /** Whether the token belongs to one of the lab's own participants, who are never made to wait. */
  isInvited(token: string | undefined): boolean;
  now(): number;
  /** What carries the media, where that is not a mesh. */
  forwarder?(deps: ForwarderDeps): Forwarder;
}

/** The rules of one meeting: who waits, who is in, and who hears what. No I/O: a seat is anything that can be sent to. */
export interface Seats {
  readonly chat: ChatLine[];
  /** Who asked the host to record. */
  readonly recordingRequests: ReadonlySet<Seat>;
  arrive(send: Seat['send']): Seat;
  hear(seat: Seat, message: PageMessage): void;
  /** The page left or its socket is gone. */
  depart(seat: Seat): void;
  admit(seat: Seat): void;
  dismiss(seat: Seat, why: Farewell): void;
  answerRecording(seat: Seat, answer: RecordingAnswer): void;
  /** Everybody in, in order of arrival. */
  inside(): Seat[];
  /** What somebody inside has asked senders for; nothing in a mesh, whose senders know. */
  requestsOf(name: string): Requests;
  knocking(): Seat[];
  find(state: 'knocking' | 'in', name: string): Seat;
}

export function createSeats(config: SeatsConfig, changes: Pick<Changes, 'notify'>): Seats {
  const all = new Set<Seat>();
  const chat: ChatLine[] = [];
  const recordingRequests = new Set<Seat>();
  let arrivals = 0;

  const byId = (id: string) => [...all].find((seat) => seat.person.id === id);
  const forwarder = config.forwarder?.({
    reaches(from, to) {
      const [one, other] = [byId(from), byId(to)];
      const isCrowd = one?.person.isCrowd && other?.person.isCrowd;
      return one !== undefined && other !== undefined && !isCrowd && !areApart(one, other);
    },
    signal: (to, body) => byId(to)?.send({ type: 'signal', from: 'forwarder', body }),
  });

  const inState = (state: Seat['state']) => [...all].filter((seat) => seat.state === state);
  const areApart = (one: Seat, other: Seat) => config.keepsGuestsApart && one.isGuest && other.isGuest;
  const othersOf = (seat: Seat) => inState('in').filter((other) => other !== seat && !areApart(seat, other));
  const tellOthers = (seat: Seat, message: LabMessage) => {
    for (const other of othersOf(seat)) other.send(message);
  };

  function admit(seat: Seat): void {
    const others = othersOf(seat).map((other) => ({ ...other.person }));
    seat.state = 'in';
    seat.send({ type: 'welcome', self: seat.person, others });
    tellOthers(seat, { type: 'joined', person: seat.person });
    forwarder?.enter(seat.person.id);
    changes.notify();
  }

  function remove(seat: Seat): void {
    const wasIn = seat.state === 'in';
    all.delete(seat);
    seat.state = 'gone';
    if (wasIn) {
      tellOthers(seat, { type: 'left', id: seat.person.id });
      forwarder?.leave(seat.person.id);
    }
    changes.notify();
  }

  function greet(seat: Seat, message: PageMessage & { type: 'hello' }): void {
    seat.person = { id: seat.person.id, name: message.name.slice(0, MAX_NAME), ...message.media };
    if (message.isCrowd) seat.person.isCrowd = true;
    seat.isGuest = !config.isInvited(message.token);
    if (!config.hasLobby || !seat.isGuest) {
      admit(seat);
      return;
    }
    seat.state = 'knocking';
    seat.send({ type: 'waiting' });
    changes.notify();
  }

  function hearInside(seat: Seat, message: PageMessage): void {
    const { id, name } = seat.person;
    if (message.type === 'signal' && message.to === 'forwarder') {
      forwarder?.hear(id, message.body as ForwarderSignal);
    } else if (message.type === 'signal') {
      const to = inState('in').find((other) => other.person.id === message.to);
      to?.send({ type: 'signal', from: id, body: message.body });
    } else if (message.type === 'media') {
      Object.assign(seat.person, message.media);
      tellOthers(seat, { type: 'media', id, media: message.media });
      changes.notify();
    } else if (message.type === 'level' || message.type === 'caption') {
      tellOthers(seat, { ...message, id });
    } else if (message.type === 'ask-recording') {
      recordingRequests.add(seat);
      changes.notify();
    } else if (message.type === 'chat') {
      const line = { name, text: message.text, at: config.now() };
      chat.push(line);
      for (const other of inState('in')) other.send({ type: 'chat', id, ...line });
      changes.notify();
    }
  }

  function find(state: 'knocking' | 'in', name: string): Seat {
    const seat = inState(state).find((candidate) => candidate.person.name === name);
    if (!seat) throw new AppError('not-found', 'nobody of that name there', { fields: { state, 'pii.name': name } });
    return seat;
  }

  return {
    chat,
    recordingRequests,
    admit,
    arrive(send) {
      arrivals += 1;
      const person = { id: config.personId(arrivals), name: '', mic: false, camera: false };
      const seat: Seat = { person, state: 'new', isGuest: true, send };
      all.add(seat);
      return seat;
    },
    hear(seat, message) {
      if (message.type === 'leave') remove(seat);
      else if (seat.state === 'new' && message.type === 'hello') greet(seat, message);
      else if (seat.state === 'knocking' && message.type === 'media') Object.assign(seat.person, message.media);
      else if (seat.state === 'in') hearInside(seat, message);
    },
    depart(seat) {
      if (all.has(seat)) remove(seat);
    },
    dismiss(seat, why) {
      seat.send({ type: 'farewell', why });
      remove(seat);
    },
    answerRecording(seat, answer) {
      recordingRequests.delete(seat);
      seat.send({ type: 'recording-answer', answer });
      if (answer === 'allowed') for (const each of inState('in')) each.send({ type: 'recorded' });
      changes.notify();
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
