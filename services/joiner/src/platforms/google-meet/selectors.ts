import { locked, type DevicePlaces } from '../devices.ts';
import type { Candidate } from '../selectors.ts';

const buttons = 'button, [role="button"]';
const captionRegion = '[role="region"][aria-label="Captions"]';

/** Marks of Google Meet, best first: accessible names and roles, then jsnames, which rotate less than classes. */
export const meetSelectors = {
  nameInput: [
    { id: 'meet.name.label', css: 'input[aria-label^="Your name"]', enabled: true },
    { id: 'meet.name.placeholder', css: 'input[placeholder^="Your name"]', enabled: true },
    { id: 'meet.name.autocomplete', css: 'input[autocomplete="name"]', enabled: true },
  ],
  joinButton: [
    {
      id: 'meet.join.text',
      css: buttons,
      name: '^(ask to join|join now|join the call now|join anyway|join here too|switch here)',
      not: 'other ways to join|ask to join again',
    },
    { id: 'meet.join.wrapper', css: '[jsname="Qx7uuf"] button' },
  ],
  deviceDialog: [
    { id: 'meet.devices.without', css: buttons, name: '^continue without microphone and camera' },
    { id: 'meet.devices.noted', css: '[role="dialog"] button', name: '^(got it|dismiss|accept all)$' },
  ],
  consentDialog: [
    {
      id: 'meet.consent.ok',
      css: '[role="dialog"][aria-modal="true"] [data-mdc-dialog-action="ok"]',
      name: 'join now|ok|got it',
    },
  ],
  callControls: [
    { id: 'meet.call.region', css: '[role="region"][aria-label="Call controls"]' },
    { id: 'meet.call.jsname', css: '[jsname="vNB5le"]' },
  ],
  panelToggle: [
    { id: 'meet.panel.label', css: buttons, name: '^(chat with everyone|meeting details|meeting tools)' },
    { id: 'meet.panel.jsname', css: '[jsname="A5il2e"][data-panel-id]' },
  ],
  inCallFlag: [{ id: 'meet.call.flag', css: '[data-in-call="true"]', hidden: true }],
  /** Titles outside of a call; the same place serves the green room, the lobby and the goodbye. */
  title: [
    { id: 'meet.title.jsname', css: '[jsname="r4nke"]' },
    { id: 'meet.title.heading', css: 'h1' },
  ],
  lobby: [
    {
      id: 'meet.lobby.status',
      css: '[role="status"]',
      name: "you'll join the call when|waiting for the host|please wait",
    },
    { id: 'meet.lobby.image', css: 'img[alt], [role="img"][aria-label]', name: 'please wait until a meeting host' },
    { id: 'meet.lobby.heading', css: 'h1, h2', name: 'asking to be let in|waiting for the host|please wait until' },
  ],
  rejoin: [
    { id: 'meet.rejoin.jsname', css: '[jsname="W6suGc"]' },
    { id: 'meet.rejoin.flag', css: '[data-call-ended="true"]', hidden: true },
    { id: 'meet.rejoin.text', css: buttons, name: '^rejoin$' },
  ],
  /** Everybody's page has such a frame; only one that can be filled in is a wall. */
  captcha: [{ id: 'meet.captcha', css: 'iframe[src*="recaptcha"]', atLeast: { width: 120, height: 40 } }],
  leave: [
    { id: 'meet.leave.jsname', css: '[jsname="CQylAd"]' },
    { id: 'meet.leave.label', css: 'button[aria-label="Leave call"]' },
  ],
  chatToggle: [
    { id: 'meet.chat.toggle', css: 'button[aria-label="Chat with everyone"]' },
    { id: 'meet.chat.panel', css: '[data-panel-id="2"]' },
  ],
  chatInput: [
    { id: 'meet.chat.textarea', css: 'textarea[aria-label^="Send a message"]' },
    { id: 'meet.chat.editable', css: '[contenteditable="true"][aria-label^="Send a message"]' },
  ],
  // The button's jsname rotates, its icon says nothing of on and off: its label does.
  captionsOff: [{ id: 'meet.captions.off', css: buttons, name: '^turn on captions' }],
  captionsOn: [{ id: 'meet.captions.on', css: buttons, name: '^turn off captions' }],
  captionRegion: [{ id: 'meet.captions.region', css: captionRegion }],
  captionText: [
    { id: 'meet.captions.text', css: `${captionRegion} .ygicle` },
    { id: 'meet.captions.text.older', css: `${captionRegion} :is(.bh44bd, .tgaKEf)` },
  ],
} as const satisfies Record<string, readonly Candidate[]>;

const micOff = [
  { id: 'meet.mic.off', css: '[jsname="hw0c9"][data-is-muted="true"]' },
  { id: 'meet.mic.off.label', css: buttons, name: '^turn on microphone' },
];

/** The same in the green room and the call. A host locks microphones for everybody: what the page says of that is not known. */
export const meetDevices: DevicePlaces = {
  micOn: [
    { id: 'meet.mic.on', css: '[jsname="hw0c9"][data-is-muted="false"]' },
    { id: 'meet.mic.on.label', css: buttons, name: '^turn off microphone' },
  ],
  micOff,
  micLocked: locked(micOff),
  micUnjoined: [],
  unmuteRefused: [],
  unmuteRequest: [],
  cameraOn: [
    { id: 'meet.camera.on', css: '[jsname="psRWwc"][data-is-muted="false"]' },
    { id: 'meet.camera.on.label', css: buttons, name: '^turn off camera' },
  ],
  cameraOff: [
    { id: 'meet.camera.jsname', css: '[jsname="psRWwc"][data-is-muted="true"]' },
    { id: 'meet.camera.label', css: buttons, name: '^turn on camera' },
  ],
};

/** Marks inside the call that are read together. */
export const meetMarks = {
  roster: {
    tile: '[data-participant-id]',
    name: 'span.notranslate',
    indicator: '[jsname="QgSmzd"]',
    self: '[aria-label="Reframe"]',
  },
  // A screen has a tile of its own with the id of whoever shares it, and only people have meters.
  videos: {
    ...{ tile: '[data-participant-id]', idAttribute: 'data-participant-id', meter: '[jsname="QgSmzd"]' },
    ...{ screen: '', screenIdAttribute: '' },
  },
  captions: { region: captionRegion, text: '.ygicle, .bh44bd, .tgaKEf', speaker: 'span.NWpY1d' },
  chat: { group: '[jsname="Ypafjf"]', sender: '.poVWob', message: '[data-message-id]', text: '[jsname="dTKtvb"]' },
} as const;
