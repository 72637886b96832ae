import { locked, type DevicePlaces } from '../devices.ts';
import type { Candidate } from '../selectors.ts';

const inCall = '#wc-footer';
const toast = '#notificationManager .notification-message-wrap__txt';

/** Marks of Zoom's web client, best first. The footer hides while nobody moves: its presence counts, not its sight. */
export const zoomSelectors = {
  nameInput: [
    { id: 'zoom.name.id', css: '#input-for-name', enabled: true },
    { id: 'zoom.name.classic', css: '#inputname', enabled: true },
    { id: 'zoom.name.placeholder', css: 'input[placeholder="Your Name"]', enabled: true },
  ],
  passcodeInput: [
    { id: 'zoom.passcode.id', css: '#input-for-pwd', enabled: true },
    { id: 'zoom.passcode.classic', css: '#inputpasscode', enabled: true },
    { id: 'zoom.passcode.placeholder', css: 'input[placeholder*="passcode" i]', enabled: true },
  ],
  passcodeError: [{ id: 'zoom.passcode.error', css: '#error-for-pwd' }],
  joinButton: [
    { id: 'zoom.join.preview', css: '.preview-join-button', name: '^join' },
    { id: 'zoom.join.classic', css: '#joinBtn' },
  ],
  /** Terms, cookies and devices before the call. */
  gate: [
    { id: 'zoom.gate.disclaimer', css: '.disclaimer_container .btn-primary', name: '^agree$' },
    { id: 'zoom.gate.terms', css: '#disclaimer_agree' },
    { id: 'zoom.gate.cookies', css: '#onetrust-accept-btn-handler' },
    {
      id: 'zoom.gate.devices',
      css: '.allow-permission-prompt button, .no-permission-confirm, .pepc-permission-dialog__footer-button',
      name: '^continue without',
    },
    { id: 'zoom.gate.browser', css: 'a, button', name: '^join from (your )?browser$' },
  ],
  captcha: [
    { id: 'zoom.captcha.code', css: '.captcha_code_input' },
    { id: 'zoom.captcha.frame', css: 'iframe[src*="recaptcha"]', atLeast: { width: 120, height: 40 } },
    { id: 'zoom.captcha.failed', css: '.preview-reCaptcha-error__message' },
  ],
  botWall: [
    { id: 'zoom.bot.dialog', css: '[aria-label="BotDetectedDialog"]' },
    { id: 'zoom.bot.inline', css: '.preview-root [role="alert"]', name: "^automated bots aren't allowed" },
  ],
  /** On hold inside the meeting's root, or before the host came inside the preview's. */
  held: [
    { id: 'zoom.held.container', css: '.waiting-room-container' },
    { id: 'zoom.held.main', css: '.on-hold-main, .meeting-on-hold' },
    { id: 'zoom.held.older', css: '.bhold .wr-default__text' },
  ],
  dialogLabel: [{ id: 'zoom.dialog.label', css: '.ReactModal__Content[aria-label]' }],
  dialogTitle: [{ id: 'zoom.dialog.title', css: '.zm-modal-body-title' }],
  leaveControl: [
    { id: 'zoom.call.leave.section', css: `${inCall} [footer-section="right"] button`, name: '^(leave|end)\\b' },
    { id: 'zoom.call.leave.label', css: `${inCall} button[aria-label="Leave"]` },
  ].map(hidden),
  participantsControl: [
    { id: 'zoom.call.people.feature', css: `${inCall} [feature-type="participant"]` },
    { id: 'zoom.call.people.label', css: `${inCall} button`, name: '^(open|close) the (manage )?participants list' },
  ].map(hidden),
  audioControl: [{ id: 'zoom.call.audio', css: '.join-audio-container__btn', hidden: true }],
  tile: [
    { id: 'zoom.tile.gallery', css: '.gallery-video-container__video-frame' },
    { id: 'zoom.tile.active', css: '.speaker-active-container__video-frame' },
    { id: 'zoom.tile.multi', css: '.multi-speaker-active-container__video-frame' },
    { id: 'zoom.tile.bar', css: '.speaker-bar-container__video-frame' },
    { id: 'zoom.tile.single', css: '.single-main-container__video-frame' },
  ],
  /** Of pages that the server made, where no client is. */
  notice: [{ id: 'zoom.notice', css: 'body:not(:has(#root)) :is(h1, h2, .error-message)' }],
  title: [{ id: 'zoom.title', css: 'head > title', hidden: true }],
  joinAudio: [{ id: 'zoom.audio.join', css: '.join-audio-container__btn', name: '^join audio$' }],
  joinByComputer: [
    { id: 'zoom.audio.voip', css: '.join-audio-by-voip__join-btn' },
    { id: 'zoom.audio.text', css: '.join-dialog button', name: '^join (audio by computer|with computer audio)$' },
  ],
  /** Notices that hold sound back until they are read. A second button mostly leaves: pressed by text. */
  consent: [
    { id: 'zoom.consent.recording', css: '.recording-disclaimer-dialog button', name: '^(got it|agree)$' },
    {
      id: 'zoom.consent.notice',
      css: '.archiving-dialog button, .commmon-disclaimer-dialog button, .zm-modal .zm-btn',
      name: '^(got it|agree|ok)$',
    },
    { id: 'zoom.consent.banner', css: '.notification-consent-banner .ok-button' },
  ],
  /** The host's question that the bot has no answer to: it stands over the controls. */
  stayMuted: [{ id: 'zoom.mic.stay', css: '.zm-modal .zm-btn', name: '^stay muted$' }],
  openParticipants: [
    { id: 'zoom.people.open', css: `${inCall} button`, name: '^open the (manage )?participants list' },
  ],
  openChat: [{ id: 'zoom.chat.open', css: `${inCall} button`, name: '^open the chat panel' }],
  chatInput: [
    { id: 'zoom.chat.editor', css: '.chat-rtf-box__editor-wrapper .ProseMirror' },
    { id: 'zoom.chat.tiptap', css: '.tiptap.ProseMirror' },
  ],
  chatSend: [
    { id: 'zoom.chat.send', css: '.chat-rtf-box__send', enabled: true },
    { id: 'zoom.chat.send.label', css: 'button[aria-label="send"]', enabled: true },
  ],
  footer: [{ id: 'zoom.footer', css: inCall, hidden: true }],
  recordControl: [
    { id: 'zoom.record.feature', css: `${inCall} [feature-type="record"] button` },
    { id: 'zoom.record.label', css: `${inCall} button`, name: '^record$' },
  ].map(hidden),
  /** Of the menu: the only request that an ordinary visitor's page is documented to offer. */
  recordItem: [
    { id: 'zoom.record.item', css: '.record-dropdown-item', name: '^request the host to record', hidden: true },
  ],
  recordRequest: [
    {
      id: 'zoom.record.request',
      css: '.record-dropdown-item:not(.disabled)',
      name: '^request the host to record',
      enabled: true,
      hidden: true,
    },
  ],
  recordSend: [
    { id: 'zoom.record.send', css: '.zm-modal button, [role="dialog"] button', name: '^send request$', enabled: true },
  ],
  // Whole texts: notices also carry what people wrote.
  recordAllowed: [
    { id: 'zoom.record.indicator', css: '.recording-indication__recording-container' },
    { id: 'zoom.record.granted', css: toast, name: '^request to record granted by host\\.?$' },
  ],
  recordDenied: [
    {
      id: 'zoom.record.denied.cloud',
      css: '#corner-notification',
      name: '^host denied your request to record to the cloud\\.?$',
    },
    { id: 'zoom.record.denied.local', css: toast, name: '^request to record denied by host\\.?$' },
  ],
  recordIgnored: [
    {
      id: 'zoom.record.ignored',
      css: '#corner-notification',
      name: '^the cloud recording request timeout\\.?$',
    },
  ],
  leaveButton: [{ id: 'zoom.leave.button', css: `${inCall} [footer-section="right"] button`, name: '^leave\\b' }],
  leaveMeeting: [{ id: 'zoom.leave.meeting', css: '.leave-meeting-options__btn', name: '^leave' }],
  leaveHold: [{ id: 'zoom.leave.hold', css: '.waiting-room-container .leave-btn' }],
} as const satisfies Record<string, readonly Candidate[]>;

const microphone = '.join-audio-container__btn';
const camera = '.send-video-container__btn';
const micOff = [{ id: 'zoom.mic.off', css: microphone, name: '^unmute my microphone', hidden: true }];

/** Of the footer, which hides. The host's questions and refusals are dialogs and notices, told by whole texts. */
export const zoomDevices: DevicePlaces = {
  micOn: [{ id: 'zoom.mic.on', css: microphone, name: '^mute my microphone', hidden: true }],
  micOff,
  micLocked: locked(micOff),
  micUnjoined: [{ id: 'zoom.mic.unjoined', css: microphone, name: '^join audio$', hidden: true }],
  unmuteRefused: [
    {
      id: 'zoom.mic.refused',
      css: `${toast}, #corner-notification, .zm-modal :is(.zm-modal-body-title, .zm-modal-body-content)`,
      name: "^you (cannot|can't) unmute yourself because the host (has )?muted you\\.?$",
    },
  ],
  unmuteRequest: [{ id: 'zoom.mic.request', css: '.zm-modal .zm-btn, [role="dialog"] .zm-btn', name: '^unmute$' }],
  cameraOn: [{ id: 'zoom.camera.on', css: camera, name: '^stop my video', hidden: true }],
  cameraOff: [{ id: 'zoom.camera.off', css: camera, name: '^start my video', hidden: true }],
};

const captionControl = `${inCall} .new-lt-button`;
const captionFeature = `${inCall} [feature-type="captions"] button`;
const menuItem = 'a[aria-label], [role^="menuitem"]';
const transcriptItem = '.lt-full-transcript__item';

/** The full transcript, and the way there: by a control of the footer or, where that is narrow, by the menu behind More. */
export const zoomCaptionSelectors = {
  transcript: [
    { id: 'zoom.captions.panel', css: '#full-transcription' },
    { id: 'zoom.captions.list', css: '.lt-virtualized-list' },
    { id: 'zoom.captions.item', css: transcriptItem },
  ],
  transcriptText: [{ id: 'zoom.captions.text', css: `${transcriptItem} .lt-full-transcript__message` }],
  /** The first to turn captions on is asked for their language. */
  confirmLanguage: [
    { id: 'zoom.captions.language', css: '.lt-select-language .zm-modal-footer .zm-btn', name: '^(save|ok)$' },
    { id: 'zoom.captions.language.any', css: '.lt-select-language button', name: '^(save|ok)$' },
  ],
  showCaptions: [
    { id: 'zoom.captions.show', css: captionControl, name: '^show captions$' },
    { id: 'zoom.captions.show.feature', css: captionFeature, name: '^show captions$' },
  ].map(hidden),
  /** Captions that only the host can allow, or has turned off. */
  captionsRefused: [
    { id: 'zoom.captions.refused', css: captionControl, name: '^(request captions|captions)$' },
    { id: 'zoom.captions.refused.feature', css: captionFeature, name: '^(request captions|captions)$' },
  ].map(hidden),
  // Items are read with the heading that they are under.
  showItem: [{ id: 'zoom.captions.show.item', css: menuItem, name: '^(your caption settings.*)?show captions$' }],
  transcriptItem: [
    { id: 'zoom.captions.view', css: menuItem, name: '^(your caption settings.*)?view full transcript$' },
  ],
  captionsMenu: [
    { id: 'zoom.captions.menu', css: `${inCall} button`, name: '^more options for captions', hidden: true },
  ],
  captionsItem: [{ id: 'zoom.captions.more.item', css: menuItem, name: '^captions$' }],
  moreButton: [
    { id: 'zoom.captions.more', css: '#moreButton' },
    { id: 'zoom.captions.more.label', css: `${inCall} button`, name: '^more meeting control' },
  ].map(hidden),
} as const satisfies Record<string, readonly Candidate[]>;

/** Marks inside the call that are read together. */
export const zoomMarks = {
  roster: {
    row: '.participants-li',
    rowName: '.participants-item__display-name',
    rowLabel: '.participants-item__name-label',
    tile: '[class*="__video-frame"]',
    tileName: '.video-avatar__avatar-footer > span, .video-avatar__avatar-footer--tag-title',
  },
  tiles: { tile: '[class*="__video-frame"]', name: '.video-avatar__avatar-footer > span' },
  chat: {
    row: '[id^="chat-item-container-"]',
    sender: '.chat-item__sender',
    text: '.new-chat-message__text-content',
  },
  transcript: {
    item: transcriptItem,
    name: '.lt-full-transcript__display-name b',
    time: '.lt-full-transcript__time',
    text: '.lt-full-transcript__message',
  },
  /** Who speaks: beside the names of the list, several at once; without the list, the frames of tiles. */
  speakers: [
    {
      mark: '.participants-icon__voip-speaking-icon, .participants-icon__phone-speaking-icon',
      holder: '.participants-li',
      name: '.participants-item__display-name',
      own: { at: '.participants-item__name-label', label: '[(,]\\s*me\\s*[,)]' },
    },
    {
      mark: '.gallery-video-container__video-frame--active, .speaker-bar-container__video-frame--active',
      holder: '[class*="__video-frame"]',
      name: '.video-avatar__avatar-footer > span',
    },
  ],
} as const;

function hidden<C extends Candidate>(candidate: C): C & { hidden: true } {
  return { ...candidate, hidden: true };
}
