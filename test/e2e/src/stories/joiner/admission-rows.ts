import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { teamsLinks } from '@earshot/lab';
import { everywhere, inside, stopInside, variant, type Row } from './row.ts';

/** Before the entrance: what the page says is typed, and nobody counts as inside. */
export const admissionRows: readonly Row[] = [
  {
    admission: 'network: never reached',
    leaves: 'join failed',
    on: everywhere(variant('unreachable')),
    sees: [],
    ends: EndReason.JOIN_FAILED,
  },
  {
    admission: 'network: the page cannot connect',
    leaves: 'join failed',
    on: { teams: variant('unconnected'), zoom: variant('unconnected') },
    sees: [],
    ends: EndReason.JOIN_FAILED,
  },
  {
    admission: 'page dead',
    leaves: 'page lost',
    on: everywhere(variant('dead-outside')),
    sees: [],
    ends: EndReason.WORKER_LOST,
  },
  {
    admission: 'waiting room, page dead',
    leaves: 'page lost',
    on: everywhere({ lobby: true, ...variant('dead-waiting') }),
    sees: ['knocked'],
    ends: EndReason.WORKER_LOST,
  },
  {
    admission: 'network: reached at last',
    leaves: 'stop ordered',
    on: everywhere(variant('unreachable-at-first')),
    sees: inside,
    ends: EndReason.STOP_ORDERED,
    play: async (scene) => void (await stopInside(scene)),
  },
  {
    admission: 'waiting room',
    leaves: 'waiting_room_timeout',
    on: everywhere({ lobby: true }),
    sees: ['knocked'],
    ends: EndReason.WAITING_ROOM_TIMEOUT,
    policy: { waitingRoomSeconds: 2 },
  },
  {
    admission: 'not started',
    leaves: 'waiting_room_timeout',
    on: Object.fromEntries(
      (['google-meet', 'teams', 'zoom'] as const).map((face) => [face, { lobby: true, ...variant('not-started') }]),
    ),
    sees: ['knocked'],
    ends: EndReason.WAITING_ROOM_TIMEOUT,
    policy: { waitingRoomSeconds: 2 },
  },
  {
    admission: 'waiting room',
    leaves: 'denied',
    on: everywhere({ lobby: true }),
    sees: ['knocked'],
    ends: EndReason.DENIED,
    async play({ room, until, name }) {
      await until('knocked');
      room.host.deny(name);
    },
  },
  {
    admission: 'waiting room',
    leaves: 'nobody answered',
    // Zoom's client lets people wait for as long as they like.
    on: Object.fromEntries((['web', 'google-meet', 'teams'] as const).map((face) => [face, { lobby: true }])),
    sees: ['knocked'],
    ends: EndReason.DENIED,
    async play({ room, until, name }) {
      await until('knocked');
      room.host.ignore(name);
    },
  },
  {
    admission: 'waiting room',
    leaves: 'meeting ended',
    on: everywhere({ lobby: true }),
    sees: ['knocked'],
    ends: EndReason.MEETING_ENDED,
    async play({ room, until }) {
      await until('knocked');
      room.host.end();
    },
  },
  {
    admission: 'wrong link',
    leaves: 'wrong link',
    on: {
      web: { link: ({ link }) => `${link}-nowhere` },
      'google-meet': { link: () => 'https://meet.google.com/zzz-zzzz-zzz' },
      teams: { link: () => teamsLinks('9000000000000').meetupJoin },
      zoom: { link: () => 'https://zoom.us/j/99999999999?pwd=999999' },
    },
    sees: [],
    ends: EndReason.WRONG_LINK,
  },
  {
    admission: 'passcode wrong',
    leaves: 'wrong link',
    on: {
      teams: { link: ({ id }) => `https://teams.microsoft.com/meet/${id}?p=wrong` },
      zoom: { link: ({ link }) => link.replace(/pwd=.*/, 'pwd=none') },
    },
    sees: [],
    ends: EndReason.WRONG_LINK,
  },
  {
    admission: 'registration',
    leaves: 'sign-in required',
    on: { zoom: variant('registration') },
    sees: [],
    ends: EndReason.SIGN_IN_REQUIRED,
  },
  {
    admission: 'sign-in required',
    leaves: 'sign-in required',
    on: everywhere(variant('sign-in')),
    sees: [],
    ends: EndReason.SIGN_IN_REQUIRED,
  },
  {
    admission: 'captcha',
    leaves: 'blocked',
    on: { 'google-meet': variant('captcha'), teams: variant('captcha'), zoom: variant('captcha') },
    sees: [],
    ends: EndReason.BLOCKED,
  },
  {
    admission: 'blocked',
    leaves: 'blocked',
    on: { web: variant('blocked'), 'google-meet': variant('blocked'), zoom: variant('bot-wall') },
    sees: [],
    ends: EndReason.BLOCKED,
  },
  {
    admission: 'blocked, by status alone',
    leaves: 'blocked',
    on: { 'google-meet': variant('forbidden') },
    sees: [],
    ends: EndReason.BLOCKED,
  },
  { admission: 'full', leaves: 'blocked', on: { zoom: variant('full') }, sees: [], ends: EndReason.BLOCKED },
  { admission: 'locked', leaves: 'blocked', on: { zoom: variant('locked') }, sees: [], ends: EndReason.BLOCKED },
];
