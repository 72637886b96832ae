import { describe, expect, it } from 'vitest';
import { agreementOf, dismissalOf, plainName, planEntrance, type SeenControl } from './entrance-plan.ts';

const blank: SeenControl = {
  ...{ kind: 'button', name: '', hints: [], isEnabled: true, isCovered: false, isFloating: false, form: -1 },
  ...{ isSubmit: false, isSet: false, isRequired: false, isButtonLike: true, isAside: false, complaint: '' },
  ...{ area: 4000, path: [0, 1, 2] },
};
const field = (name: string, more: Partial<SeenControl> = {}): SeenControl => ({
  ...blank,
  kind: 'field',
  name,
  ...more,
});
const button = (name: string, more: Partial<SeenControl> = {}): SeenControl => ({ ...blank, name, ...more });
const box = (name: string, more: Partial<SeenControl> = {}): SeenControl => ({ ...blank, kind: 'box', name, ...more });

/** What is filled and what is pressed, by their names. */
function planOf(controls: readonly SeenControl[]) {
  const way = planEntrance(controls);
  const nameOf = (index: number | undefined) => (index === undefined ? undefined : controls[index]?.name);
  return way && { by: way.by, field: nameOf(way.field), button: nameOf(way.button), isSure: way.isSure };
}

describe('planEntrance', () => {
  it.each<[string, SeenControl[], ReturnType<typeof planOf>]>([
    ['nothing', [], undefined],
    [
      'a field for the name and its form',
      [field('Room name'), field('Your name', { form: 1 }), button('Go!', { isSubmit: true, form: 1 }), button('Join')],
      { by: 'named', field: 'Your name', button: 'Go!', isSure: true },
    ],
    [
      'another form beside it',
      [field('Nickname'), button('Subscribe', { isSubmit: true, form: 2, path: [0] }), button('Beitreten')],
      { by: 'named', field: 'Nickname', button: 'Beitreten', isSure: true },
    ],
    [
      'the only text field, with a button that says nothing known',
      [field('Wer bist du?'), button('Hopp'), button('Mute', { area: 9000 })],
      { by: 'only', field: 'Wer bist du?', button: 'Hopp', isSure: false },
    ],
    ['a field for something else', [field('Search rooms')], undefined],
    [
      'a name by its autocompletion',
      [field('', { hints: ['nickname'] })],
      { by: 'named', field: '', button: undefined, isSure: false },
    ],
    [
      'ways to sign in and to create',
      [button('Sign in to join', { area: 9e4 }), button('Create a room'), button('Join as guest')],
      { by: 'lead', field: undefined, button: 'Join as guest', isSure: true },
    ],
    [
      'two that lead, the surer one smaller',
      [button('Continue', { area: 9000 }), button('Join from browser')],
      { by: 'lead', field: undefined, button: 'Join from browser', isSure: true },
    ],
    [
      'Japanese',
      [button('ログインして参加', { area: 9000 }), button('参加する')],
      { by: 'lead', field: undefined, button: '参加する', isSure: true },
    ],
    [
      'nothing that is known: the largest that leads nowhere else',
      [button('Leave', { area: 9000 }), button('Hop on'), button('Ok', { area: 900 })],
      { by: 'prominent', field: undefined, button: 'Hop on', isSure: false },
    ],
    ['nothing but devices and ways out', [button('Share screen'), button('Mute'), button('Leave')], undefined],
    ['a link about a site', [button('Imprint', { isButtonLike: false })], undefined],
  ])('of %s', (_, controls, expected) => {
    expect(planOf(controls)).toEqual(expected);
  });

  it('names the boxes that somebody has to agree with, and none that is ticked or about something else', () => {
    const boxes = [box('I agree to the terms'), box('I consent', { isSet: true }), box('Blur my background')];
    const way = planEntrance([field('Name'), ...boxes, box('Over 18', { isRequired: true }), button('Join')]);
    expect(way?.boxes).toEqual([1, 4]);
  });

  it('gets rid of what lies over it: refuses first, and never accepts', () => {
    const wall = { isFloating: true };
    const covered = [field('Name', { isCovered: true }), button('Join', { isCovered: true })];
    const all = [...covered, button('Accept all', wall), button('Close', wall), button('Nur notwendige Cookies', wall)];
    expect(dismissalOf(all)).toBe(4);
    expect(planEntrance(all)).toMatchObject({ isCovered: true, dismissal: 4 });
    expect(dismissalOf(all.slice(0, 3))).toBeUndefined();
    expect(agreementOf(all.slice(0, 3))).toBe(2);
  });
});

describe('plainName', () => {
  it.each([
    ['Zoë’s Notetaker (AI)', 'ZoesNotetakerAI'],
    ['Earshot', 'Earshot'],
    ['録音ボット', 'Bot'],
  ])('%s', (name, plain) => {
    expect(plainName(name)).toBe(plain);
  });
});
