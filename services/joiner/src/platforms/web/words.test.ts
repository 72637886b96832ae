import { describe, expect, it } from 'vitest';
import { noticeIn, hasInsideWords, hasWaitWords } from './words.ts';

describe('saysToWait', () => {
  it.each([
    'Please wait. The host will let you in soon.',
    'You are in the waiting room',
    'Waiting for the host to start this meeting',
    'Your request has been sent',
    'Bitte warten Sie, bis der Gastgeber Sie einlässt',
    'Sie befinden sich im Warteraum',
    'Du wartest auf den Einlass',
    'En attente de l’organisateur',
    'Sala de espera',
    'In attesa che l’organizzatore ti faccia entrare',
    'U zit in de wachtruimte',
    'Пожалуйста, подождите',
    '请稍候',
  ])('%s', (text) => {
    expect(hasWaitWords(text)).toBe(true);
  });

  it.each(['Waiting for others to join', 'You are the only one here', 'Mute', 'Ann, Ben', ''])('not: %s', (text) => {
    expect(hasWaitWords(text)).toBe(false);
  });
});

it.each([
  ['Connected', true],
  ['2 participants', true],
  ['You are in the waiting room', false],
  ['One moment', false],
])('saysInside of "%s" is %s', (text, expected) => {
  expect(hasInsideWords(text)).toBe(expected);
});

describe('noticeIn', () => {
  it.each([
    ['Harriet: lunch is over in ten minutes', undefined],
    ['Ann waves', undefined],
    ['Room password removed', { state: 'removed', isToBot: false }],
    ['Breakout session ended by presenter', { state: 'ended', isToBot: false }],
    ['You were removed from the meeting', { state: 'removed', isToBot: true }],
    ['Sie wurden aus der Besprechung entfernt', { state: 'removed', isToBot: true }],
    ['Vous avez été expulsé de la réunion', { state: 'removed', isToBot: true }],
    ['Die Besprechung wurde beendet', { state: 'ended', isToBot: false }],
    ['The host denied your request', { state: 'denied', isToBot: true }],
    ['Nobody answered your request', { state: 'denied', isToBot: true }],
    ['The connection was lost', { state: 'network', isToBot: false }],
  ])('%s', (text, expected) => {
    expect(noticeIn(['Meeting lab', text])).toEqual(expected);
  });
});
