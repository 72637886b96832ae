import { describe, expect, it } from 'vitest';
import { SECOND } from '@earshot/kernel';
import { Admission, type WebLook } from './admission.ts';

const blank: WebLook = {
  status: 200,
  hasKnocked: false,
  hasNameInput: false,
  hasJoinButton: false,
  isJoinButtonEnabled: false,
  hasLeaveControl: false,
  hasTile: false,
  hasCallControl: false,
  notices: [],
  statuses: [],
  isBusy: false,
  text: '',
};
const entrance = { hasNameInput: true, hasJoinButton: true, isJoinButtonEnabled: true };
const knocked = { hasKnocked: true };

/** Looks four times a second at a page that goes through these states, each for some seconds. */
function visit() {
  let now = 1000;
  const signs = { flows: false, sounds: false, connected: false, sends: false };
  const media = {
    isFlowing: () => signs.flows,
    isSounding: () => signs.sounds,
    isConnected: () => signs.connected,
    isSending: () => signs.sends,
  };
  const admission = new Admission({ media, now: () => now });
  /** The last state, after `seconds` of this. */
  return (look: Partial<WebLook>, seconds: number, of: Partial<typeof signs> = {}) => {
    Object.assign(signs, { flows: false, sounds: false, connected: false, sends: false }, of);
    let state = admission.look({ ...blank, ...look });
    for (let at = 250; at <= seconds * SECOND; at += 250) {
      now += 250;
      state = admission.look({ ...blank, ...look });
    }
    return state;
  };
}

describe('Admission', () => {
  it('takes a bot that is the first and hears nobody for inside once the entrance has gone', () => {
    const see = visit();
    expect(see(entrance, 2)).toBe('name');
    expect(see({ ...knocked, ...entrance }, 1)).toBe('name');
    expect(see(knocked, 2)).toBe('loading');
    expect(see({ ...knocked, hasCallControl: true }, 2)).toBe('admitted');
    expect(see({ ...knocked, hasCallControl: true, notices: ['Room password removed'] }, 60)).toBe('admitted');
  });

  it('waits as long as it is told to, whatever else stands there', () => {
    const see = visit();
    see(entrance, 1);
    expect(see({ ...knocked, hasLeaveControl: true, text: 'The host will let you in soon' }, 120)).toBe('waiting');
    expect(see({ ...knocked, statuses: ['One moment'] }, 120)).toBe('waiting');
    expect(see({ ...knocked, isBusy: true }, 120)).toBe('waiting');
    expect(see({ ...knocked, hasLeaveControl: true, statuses: ['Connected'] }, 3)).toBe('admitted');
  });

  it('is not kept out by a button that stays, once the field for the name has gone', () => {
    const see = visit();
    see(entrance, 1);
    expect(see({ ...knocked, hasJoinButton: true }, 8)).toBe('admitted');
  });

  it('takes a button that goes on working for the next step, and for what stays where nothing comes of it', () => {
    const see = visit();
    see(entrance, 1);
    const stays = { ...knocked, hasJoinButton: true, isJoinButtonEnabled: true };
    expect(see(stays, 11)).toBe('name');
    expect(see(stays, 1)).toBe('admitted');
  });

  it('stays outside with a button alone that is disabled', () => {
    const see = visit();
    see({ hasJoinButton: true, isJoinButtonEnabled: true }, 1);
    expect(see({ ...knocked, hasJoinButton: true }, 50)).toBe('loading');
  });

  it('is out when its connections are and the entrance is there again, and not before', () => {
    const see = visit();
    see(entrance, 1);
    expect(see(knocked, 1, { flows: true, connected: true })).toBe('admitted');
    expect(see({ ...knocked, ...entrance }, 5, { connected: true })).toBe('admitted');
    expect(see({ ...knocked, ...entrance }, 0)).toBe('ended');
  });

  it('is out when the connection that took its sound is gone, whatever comes by those that are left', () => {
    const see = visit();
    see(entrance, 1);
    expect(see(knocked, 1, { flows: true, connected: true, sends: true })).toBe('admitted');
    expect(see(knocked, 60, { connected: true, sends: true })).toBe('admitted');
    expect(see(knocked, 0, { connected: true })).toBe('loading');
    expect(see(knocked, 0, { connected: true, flows: true })).toBe('loading');
    expect(see(knocked, 1, { connected: true, flows: true, sends: true })).toBe('admitted');
  });

  it('does not take a button to another room for its entrance', () => {
    const see = visit();
    see(entrance, 1);
    const inside = { ...knocked, hasLeaveControl: true, hasTile: true };
    expect(see(inside, 1)).toBe('admitted');
    expect(see({ ...inside, hasJoinButton: true, isJoinButtonEnabled: true }, 30)).toBe('admitted');
  });
});
