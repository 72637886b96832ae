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
