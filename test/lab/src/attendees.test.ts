import { describe, expect, it } from 'vitest';
import type { LabMessage } from './protocol.ts';
import type { Forwarder, ForwarderDeps } from './forwarder.ts';
import { createAttendees, type Attendee, type AttendeesConfig } from './attendees.ts';

const media = { mic: true, camera: false };

function createMeeting(
  options: Partial<Pick<AttendeesConfig, 'hasLobby' | 'keepsGuestsApart' | 'forbidsUnmuting' | 'forwarder'>> = {},
) {
  const attendees = createAttendees(
    {
      hasLobby: options.hasLobby ?? false,
      forbidsUnmuting: options.forbidsUnmuting ?? false,
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
    const attendee: Attendee = attendees.arrive((message) => heard.push(message));
    attendees.handle(attendee, { type: 'hello', name, token, media });
    return { attendee, heard };
  }
  return { attendees, arrive };
}

describe('createAttendees', () => {
  it('lets guests unmute only while the host allows it', () => {
    const { attendees, arrive } = createMeeting({ forbidsUnmuting: true });
    const ann = arrive('Ann', 'invited');
    const ben = arrive('Ben');
    attendees.allowUnmuting(true);
    attendees.mute(ben.attendee);
    attendees.askToUnmute(ben.attendee);
    const orders = ({ heard }: typeof ben) => heard.filter(({ type }) => /mut/.test(type));
    expect(orders(ann)).toEqual([]);
    expect(orders(ben)).toEqual([
      { type: 'unmuting', isAllowed: false },
      { type: 'unmuting', isAllowed: true },
      { type: 'muted' },
      { type: 'asked-to-unmute' },
    ]);
  });

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
    const { attendees, arrive } = createMeeting({ hasLobby: true });
    const ann = arrive('Ann');
    arrive('Ben', 'invited');
    expect(ann.heard).toEqual([{ type: 'waiting' }]);
    expect(attendees.inside().map(({ person }) => person.name)).toEqual(['Ben']);
    attendees.admit(attendees.find('knocking', 'Ann'));
    expect(ann.heard.at(-1)).toMatchObject({ type: 'welcome' });
  });

  it('hears nothing from those who wait or are gone', () => {
    const { attendees, arrive } = createMeeting({ hasLobby: true });
    const ann = arrive('Ann');
    const ben = arrive('Ben', 'invited');
    attendees.handle(ann.attendee, { type: 'chat', text: 'let me in' });
    attendees.dismiss(ann.attendee, 'denied');
    attendees.handle(ann.attendee, { type: 'hello', name: 'Ann', media });
    expect(attendees.chat).toEqual([]);
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
    const { attendees, arrive } = createMeeting();
    const [ann, ben, cat] = [arrive('Ann'), arrive('Ben'), arrive('Cat')];
    attendees.handle(ann.attendee, { type: 'signal', to: 'p2', body: 'offer' });
    expect(ben.heard.at(-1)).toEqual({ type: 'signal', from: 'p1', body: 'offer' });
    expect(cat.heard.some(({ type }) => type === 'signal')).toBe(false);
  });

  it('says once that somebody left', () => {
    const { attendees, arrive } = createMeeting();
    const [ann, ben] = [arrive('Ann'), arrive('Ben')];
    attendees.handle(ben.attendee, { type: 'leave' });
    attendees.depart(ben.attendee);
    expect(ann.heard.filter(({ type }) => type === 'left')).toEqual([{ type: 'left', id: 'p2' }]);
  });

  it('shows the chat to everybody, the writer included, and keeps it', () => {
    const { attendees, arrive } = createMeeting();
    const [ann, ben] = [arrive('Ann'), arrive('Ben')];
    attendees.handle(ann.attendee, { type: 'chat', text: 'hello' });
    const line = { name: 'Ann', text: 'hello', at: 1000 };
    for (const { heard } of [ann, ben]) expect(heard.at(-1)).toEqual({ type: 'chat', id: 'p1', ...line });
    expect(attendees.chat).toEqual([line]);
  });

  it('tells a forwarding unit who comes and goes, whom each reaches, and what pages say to it', () => {
    const told: string[] = [];
    let deps: ForwarderDeps | undefined;
    const forwarder = (given: ForwarderDeps): Forwarder => {
      deps = given;
      return {
        enter: (id) => void told.push(`enter ${id}`),
        handle: (id, { wish }) => void told.push(`${id} wishes ${wish}`),
        leave: (id) => void told.push(`leave ${id}`),
        requestsOf: () => ({ keyframes: 1, retransmissions: 2 }),
      };
    };
    const { attendees, arrive } = createMeeting({ keepsGuestsApart: true, forwarder });
    const ann = arrive('Ann', 'invited');
    const [bot, other] = [arrive('Bot'), arrive('Other')];
    attendees.handle(bot.attendee, { type: 'signal', to: 'forwarder', body: { wish: 'offer' } });
    deps?.signal('p1', { description: { type: 'offer', sdp: '' } });
    attendees.depart(other.attendee);

    expect(told).toEqual(['enter p1', 'enter p2', 'enter p3', 'p2 wishes offer', 'leave p3']);
    expect([deps?.reaches('p1', 'p2'), deps?.reaches('p2', 'p3'), deps?.reaches('p1', 'p3')]).toEqual([
      ...[true, false, false],
    ]);
    expect(ann.heard.at(-2)).toEqual({
      ...{ type: 'signal', from: 'forwarder', body: { description: { type: 'offer', sdp: '' } } },
    });
    expect(attendees.requestsOf('Bot')).toEqual({ keyframes: 1, retransmissions: 2 });
  });
});
