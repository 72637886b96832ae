import { locked, type DevicePlaces } from '../devices.ts';
import type { Candidate } from '../selectors.ts';

const buttons = 'button, [role="button"], input[type="submit"]';

/** Whose picture a video shows, on pages that say so. */
export const webVideos = {
  ...{ tile: '[data-participant-id]', idAttribute: 'data-participant-id', meter: '' },
  screen: '[data-screen-share]',
  screenIdAttribute: 'data-screen-share',
} as const;

/** Where a page of an unknown make usually has what a visitor needs. */
export const webSelectors = {
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

/** Not the controls of somebody's tile or row. */
const others = '[data-participant-id], figure, [role="listitem"], [role="row"], [role="menu"]';
const own = `:is(${buttons}):not(:is(${others}) *)`;
const whose = '(my |your |the )?';
const keys = '( ?[(\\[].*)?$';
const sound = `${whose}(mic|microphone|audio)`;
const unmuted = `^(mute( me| myself)?|(mute|turn off|disable|switch off|stop) ${sound})${keys}`;
const muted = `^(unmute( me| myself)?|(unmute|turn on|enable|switch on|start) ${sound})${keys}`;
const film = `${whose}(camera|video)\\b`;

const micOff: readonly Candidate[] = [
  { id: 'web.mic.off', css: own, name: muted },
  // One whose name stays says by being pressed that it mutes: https://www.w3.org/TR/wai-aria-1.2/#aria-pressed
  { id: 'web.mic.off.pressed', css: `${own}[aria-pressed="true"]`, name: unmuted },
];

/** Pages of an unknown make may have none of these; then nobody knows, and a voice goes out all the same. */
export const webDevices: DevicePlaces = {
  micOn: [{ id: 'web.mic.on', css: `${own}:not([aria-pressed="true"])`, name: unmuted }],
  micOff,
  micLocked: locked(micOff),
  micUnjoined: [],
  unmuteRefused: [],
  unmuteRequest: [],
  cameraOn: [{ id: 'web.camera.on', css: own, name: `^(stop|turn off|disable|mute) ${film}` }],
  cameraOff: [{ id: 'web.camera.off', css: buttons, name: `^(start|turn on|enable|unmute) ${film}` }],
};
