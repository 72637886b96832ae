import type { Candidate } from '../selectors.ts';

const buttons = 'button, [role="button"], input[type="submit"]';

const joinButton = {
  id: 'web.join.text',
  css: buttons,
  name: '^(ask to join|request to join|join|enter|continue|knock|go to (the )?meeting)\\b',
  not: 'other ways|sign in|log in|account|app\\b|phone',
} as const;
const name = [
  { id: 'web.name.autocomplete', css: 'input[autocomplete="name"]' },
  { id: 'web.name.name', css: 'input[name*="name" i]:not([type="hidden"])' },
  { id: 'web.name.label', css: 'input[aria-label*="name" i]' },
  { id: 'web.name.placeholder', css: 'input[placeholder*="name" i]' },
] as const;

/** Where a page of an unknown make usually has what a visitor needs. */
export const webSelectors = {
  nameInput: name.map((candidate) => ({ ...candidate, enabled: true })),
  /** The same while it cannot be filled: it has not gone. */
  nameField: name.map((candidate) => ({ ...candidate, id: `${candidate.id}.field` })),
  joinButton: [joinButton],
  /** The same while it can be pressed. */
  openButton: [{ ...joinButton, id: 'web.join.enabled', enabled: true }],
  cameraOff: [
    { id: 'web.camera.off', css: buttons, name: '^(start|turn on|enable|unmute) (my |your |the )?(camera|video)\\b' },
  ],
  /** What only a call has, beside a way to leave. */
  callControl: [
    {
      id: 'web.call.text',
      css: buttons,
      name: '^(mute|unmute|(stop|start) (my |your |the )?(camera|video)|(un)?share (my |your |the )?screen|(raise|lower) (my |your |the )?hand|participants|people|stumm|muet|couper le micro|silenciar)\\b',
    },
  ],
  leaveControl: [{ id: 'web.leave.text', css: buttons, name: '^(leave|hang up|end call|exit|disconnect)\\b' }],
  tile: [
    { id: 'web.tile.participant', css: '[data-participant-id]' },
    { id: 'web.tile.figure', css: 'figure:has(audio, video)' },
    { id: 'web.tile.label', css: '[aria-label]:has(> audio, > video)' },
  ],
  chatInput: [
    { id: 'web.chat.panel', css: '[aria-label*="chat" i] :is(input:not([type="hidden"]), textarea)', enabled: true },
    { id: 'web.chat.message', css: ':is(input, textarea)[aria-label*="message" i]', enabled: true },
  ],
} as const satisfies Record<string, readonly Candidate[]>;
