import { describe, expect, it } from 'vitest';
import type { LabMessage } from './protocol.ts';
import type { Forwarder, ForwarderDeps } from './forwarder.ts';
import { createSeats, type Seat, type SeatsConfig } from './seats.ts';

const media = { mic: true, camera: false };

function createMeeting(options: Partial<Pick<SeatsConfig, 'hasLobby' | 'keepsGuestsApart' | 'forwarder'>> = {}) {
  const seats = createSeats(
    {
      hasLobby: options.hasLobby ?? false,
      keepsGuestsApart: options.keepsGuestsApart ?? false,
      personId: (ordinal) => `p${ordinal}`,
      isInvited: (token) => token === 'invited',
      now: () => 1000,
      forwarder: options.forwarder,
    },
    { notify() {} },
  );
  function arrive(name: string, token?: string) {
    const heard: LabMessage[] = [];
    const seat: Seat = seats.arrive((message) => heard.push(message));
    seats.hear(seat, { type: 'hello', name, token, media });
    return { seat, heard };
  }
  return { seats, arrive };
}

describe('createSeats', () => {
  it('welcomes a newcomer with those who are there, and tells them', () => {
    const { arrive } = createMeeting();
    const ann = arrive('Ann');
    const ben = arrive('Ben');
    expect(ben.heard).toEqual([
      { type: 'welcome', self: { id: 'p2', name: 'Ben', ...media }, others: [{ id: 'p1', name: 'Ann', ...media }] },
    ]);
    expect(ann.heard.at(-1)).toEqual({ type: 'joined', person: { id: 'p2', name: 'Ben', ...media } });
  });

  it('has visitors of a lobby wait and lets the invited in', () => {
    const { seats, arrive } = createMeeting({ hasLobby: true });
    const ann = arrive('Ann');
    arrive('Ben', 'invited');
    expect(ann.heard).toEqual([{ type: 'waiting' }]);
    expect(seats.inside().map(({ person }) => person.name)).toEqual(['Ben']);
    seats.admit(seats.find('knocking', 'Ann'));
    expect(ann.heard.at(-1)).toMatchObject({ type: 'welcome' });
  });

  it('hears nothing from those who wait or are gone', () => {
    const { seats, arrive } = createMeeting({ hasLobby: true });
    const ann = arrive('Ann');
    const ben = arrive('Ben', 'invited');
    seats.hear(ann.seat, { type: 'chat', text: 'let me in' });
    seats.dismiss(ann.seat, 'denied');
    seats.hear(ann.seat, { type: 'hello', name: 'Ann', media });
    expect(seats.chat).toEqual([]);
    expect(ben.heard).toHaveLength(1);
    expect(ann.heard.at(-1)).toEqual({ type: 'farewell', why: 'denied' });
  });

  it('keeps guests apart where it is asked to: each is alone with the invited', () => {
    const { arrive } = createMeeting({ keepsGuestsApart: true });
    const ann = arrive('Ann', 'invited');
    const [one, two] = [arrive('One'), arrive('Two')];
    expect(two.heard).toMatchObject([{ type: 'welcome', others: [{ name: 'Ann' }] }]);
    expect(one.heard).toHaveLength(1);
    expect(ann.heard.filter(({ type }) => type === 'joined')).toHaveLength(2);
  });

  it('passes a signal to its addressee only', () => {
    const { seats, arrive } = createMeeting();
    const [ann, ben, cat] = [arrive('Ann'), arrive('Ben'), arrive('Cat')];
    seats.hear(ann.seat, { type: 'signal', to: 'p2', body: 'offer' });
    expect(ben.heard.at(-1)).toEqual({ type: 'signal', from: 'p1', body: 'offer' });
    expect(cat.heard.some(({ type }) => type === 'signal')).toBe(false);
  });

  it('says once that somebody left', () => {
    const { seats, arrive } = createMeeting();
    const [ann, ben] = [arrive('Ann'), arrive('Ben')];
    seats.hear(ben.seat, { type: 'leave' });
    seats.depart(ben.seat);
    expect(ann.heard.filter(({ type }) => type === 'left')).toEqual([{ type: 'left', id: 'p2' }]);
  });

  it('shows the chat to everybody, the writer included, and keeps it', () => {
    const { seats, arrive } = createMeeting();
    const [ann, ben] = [arrive('Ann'), arrive('Ben')];
    seats.hear(ann.seat, { type: 'chat', text: 'hello' });
    const line = { name: 'Ann', text: 'hello', at: 1000 };
    for (const { heard } of [ann, ben]) expect(heard.at(-1)).toEqual({ type: 'chat', id: 'p1', ...line });
    expect(seats.chat).toEqual([line]);
  });

  it('tells a forwarding unit who comes and goes, whom each reaches, and what pages say to it', () => {
    const told: string[] = [];
    let deps: ForwarderDeps | undefined;
    const forwarder = (given: ForwarderDeps): Forwarder => {
      deps = given;
      return {
        enter: (id) => void told.push(`enter ${id}`),
        hear: (id, { wish }) => void told.push(`${id} wishes ${wish}`),
        leave: (id) => void told.push(`leave ${id}`),
        requestsOf: () => ({ keyframes: 1, retransmissions: 2 }),
      };
    };
    const { seats, arrive } = createMeeting({ keepsGuestsApart: true, forwarder });
    const ann = arrive('Ann', 'invited');
    const [bot, other] = [arrive('Bot'), arrive('Other')];
    seats.hear(bot.seat, { type: 'signal', to: 'forwarder', body: { wish: 'offer' } });
    deps?.signal('p1', { description: { type: 'offer', sdp: '' } });
    seats.depart(other.seat);

    expect(told).toEqual(['enter p1', 'enter p2', 'enter p3', 'p2 wishes offer', 'leave p3']);
    expect([deps?.reaches('p1', 'p2'), deps?.reaches('p2', 'p3'), deps?.reaches('p1', 'p3')]).toEqual([
      ...[true, false, false],
    ]);
    expect(ann.heard.at(-2)).toEqual({
      ...{ type: 'signal', from: 'forwarder', body: { description: { type: 'offer', sdp: '' } } },
    });
    expect(seats.requestsOf('Bot')).toEqual({ keyframes: 1, retransmissions: 2 });
  });
});
