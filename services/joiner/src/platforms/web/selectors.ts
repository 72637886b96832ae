import type { Candidate } from '../selectors.ts';

const buttons = 'button, [role="button"], input[type="submit"]';

/** Where a page of an unknown make usually has what a visitor needs. */
export const webSelectors = {
  nameInput: [
    { id: 'web.name.autocomplete', css: 'input[autocomplete="name"]', enabled: true },
    { id: 'web.name.name', css: 'input[name*="name" i]:not([type="hidden"])', enabled: true },
    { id: 'web.name.label', css: 'input[aria-label*="name" i]', enabled: true },
    { id: 'web.name.placeholder', css: 'input[placeholder*="name" i]', enabled: true },
  ],
  joinButton: [
    {
      id: 'web.join.text',
      css: buttons,
      name: '^(ask to join|request to join|join|enter|continue|knock|go to (the )?meeting)\\b',
      not: 'other ways|sign in|log in|account|app\\b|phone',
    },
  ],
  cameraOff: [
    { id: 'web.camera.off', css: buttons, name: '^(start|turn on|enable|unmute) (my |your |the )?(camera|video)\\b' },
  ],
  leaveControl: [{ id: 'web.leave.text', css: buttons, name: '^(leave|hang up|end call|exit|disconnect)\\b' }],
  tile: [
    { id: 'web.tile.participant', css: '[data-participant-id]' },
    { id: 'web.tile.figure', css: 'figure:has(audio, video)' },
    { id: 'web.tile.label', css: '[aria-label]:has(> audio, > video)' },
  ],
  waiting: [
    { id: 'web.waiting.status', css: '[role="status"]' },
    { id: 'web.waiting.busy', css: '[aria-busy="true"]' },
    { id: 'web.waiting.progress', css: 'progress, [role="progressbar"]' },
  ],
  notice: [{ id: 'web.notice.alert', css: '[role="alert"], [role="alertdialog"]' }],
  chatInput: [
    { id: 'web.chat.panel', css: '[aria-label*="chat" i] :is(input:not([type="hidden"]), textarea)', enabled: true },
    { id: 'web.chat.message', css: ':is(input, textarea)[aria-label*="message" i]', enabled: true },
  ],
} as const satisfies Record<string, readonly Candidate[]>;
