import { locked, type DevicePlaces } from '../devices.ts';
import type { Candidate } from '../selectors.ts';

const buttons = 'button, [role="button"]';

/**
 * Where people's own words stand: chat, names on the stage and in the roster, captions, the title of the meeting. No
 * text in there says anything about the join state. A tile carries the name as its data-tid, so marks by data-tid name their
 * element as well.
 */
const peoplesWords = [
  '[data-tid="message-pane-list-runway"]',
  '[data-tid="stage-layout"]',
  '[data-stream-type]',
  '[role="tree"]',
  '[data-tid="closed-caption-renderer-wrapper"]',
  '[data-tid="meeting-header-title"]',
  'button',
  '[contenteditable="true"]',
].join(', ');
const outside = `:not(:is(${peoplesWords}) *, :is(${peoplesWords}))`;
const headings = `:is(h1, h2, h3, [role="heading"], [role="status"])${outside}`;
/** Elements that hold one text and nothing else: for screens of which no mark is publicly known. */
const lines = `:is(div, p, span):not(:has(*))${outside}`;

const lobbyTexts = [
  '^(hi,? .*)?someone (in the meeting )?(will|should) let you in',
  "^we've let (people in the meeting|the meeting organizer) know",
  "^when the meeting starts, we'll let people know",
  "^you're in the lobby",
  '^waiting to be admitted',
  '^please wait until someone admits you',
  '^your request to join has been sent',
].join('|');
const deniedTexts = [
  '^(sorry, but )?you were denied (access|entry)',
  '^(no one|nobody) responded to your request',
  '^your request to join was declined',
].join('|');
const signInTexts = [
  '^we need to verify your info before you can join',
  '^only people with a work or school account',
  '^to join, sign in or use teams on the web',
  '^sign in to teams to join',
  '^to join this meeting, sign in again',
  '^due to org policy, you need to sign in',
  '^external participants are not permitted to join before',
].join('|');

/** Marks of Microsoft Teams for guests that every look asks for, best first. */
export const teamsSelectors = {
  launcher: [
    { id: 'teams.launcher.tid', css: 'button[data-tid="joinOnWeb"], a[data-tid="joinOnWeb"]' },
    { id: 'teams.launcher.label', css: '[aria-label="Join meeting from this browser"]' },
    {
      id: 'teams.launcher.text',
      css: `${buttons}, a`,
      name: '^(continue on this browser|join (on|from) this browser|join from browser|(join|watch) on the web instead|use the web app instead)',
    },
  ],
  deviceDialog: [
    { id: 'teams.devices.target', css: '[data-focus-target="gum-continue"]' },
    { id: 'teams.devices.text', css: '[role="dialog"] button', name: '^continue without audio or video' },
  ],
  prejoin: [{ id: 'teams.prejoin.tid', css: '[data-tid="calling-prejoin-screen"]:not([data-stream-type])' }],
  nameInput: [
    { id: 'teams.name.tid', css: 'input[data-tid="prejoin-display-name-input"]', enabled: true },
    { id: 'teams.name.placeholder', css: 'input[placeholder^="Type your name"]', enabled: true },
  ],
  joinButton: [
    { id: 'teams.join.tid', css: 'button[data-tid="prejoin-join-button"], button#prejoin-join-button' },
    { id: 'teams.join.text', css: `[data-tid="calling-prejoin-screen"] button`, name: '^join now' },
  ],
  captcha: [
    { id: 'teams.captcha.dialog', css: '[role="dialog"][aria-describedby="captcha-dialog-instructions"]' },
    { id: 'teams.captcha.field', css: 'input[data-tid="HIP-Captcha-Input"], img[data-tid="HIP-Captcha-Image"]' },
    { id: 'teams.captcha.text', css: '[role="dialog"] :is(h1, h2)', name: "^verify you're a real person" },
  ],
  lobby: [
    { id: 'teams.lobby.heading', css: headings, name: lobbyTexts },
    // A guess of several projects that no capture shows.
    {
      id: 'teams.lobby.tid',
      css: ':is([data-tid="lobby-screen"], [data-tid="calling-lobby-screen"]):not([data-stream-type])',
    },
  ],
  hangup: [
    { id: 'teams.hangup.id', css: 'button#hangup-button' },
    { id: 'teams.hangup.tid', css: 'button[data-tid="hangup-main-btn"]' },
  ],
  chatToggle: [{ id: 'teams.chat.toggle', css: 'button#chat-button' }],
  rosterToggle: [{ id: 'teams.roster.toggle', css: 'button#roster-button' }],
  viewToggle: [{ id: 'teams.view.toggle', css: 'button#view-mode-button' }],
  toolbar: [{ id: 'teams.toolbar.tid', css: '[data-tid="calling-toolbar"]:not([data-stream-type])' }],
  /** One screen for wrong links, wrong passcodes, ended meetings and removals; its title tells some of them apart. */
  retryTitle: [{ id: 'teams.retry.title', css: '#calling-retry-screen-title' }],
  retryScreen: [
    { id: 'teams.retry.tid', css: '[data-tid="calling-retry-screen"]:not([data-stream-type])' },
    { id: 'teams.retry.cancel', css: 'button[data-tid="calling-retry-cancelbutton"]' },
  ],
  endScreen: [
    {
      id: 'teams.end.header',
      css: ':is(h1, h2, h3, div, span)[data-tid="anon-meeting-end-screen-header"]:not([data-stream-type])',
    },
    { id: 'teams.end.rejoin', css: 'button[data-tid^="anon-meeting-end-screen"][data-tid$="rejoin-button"]' },
  ],
  banner: [{ id: 'teams.banner.dismiss', css: 'button[data-tid^="callingAlertDismissButton_"]' }],
} as const satisfies Record<string, readonly Candidate[]>;

const micOff = [{ id: 'teams.mic.off', css: 'button#microphone-button', name: '^unmute' }];

/** Of the call's toolbar. A host may disable microphones: then the page says so, and its button is of no use. */
export const teamsDevices: DevicePlaces = {
  micOn: [{ id: 'teams.mic.call', css: 'button#microphone-button', name: '^mute' }],
  micOff,
  micLocked: [
    ...locked(micOff),
    {
      id: 'teams.mic.disabled',
      css: `:is([role="alert"], [role="status"])${outside}`,
      name: '^your mic has been disabled',
    },
  ],
  micUnjoined: [],
  unmuteRefused: [],
  unmuteRequest: [],
  cameraOn: [{ id: 'teams.camera.call', css: 'button#video-button', name: '^turn (your )?(camera|video) off' }],
  cameraOff: [{ id: 'teams.camera.off', css: 'button#video-button', name: '^turn (your )?(camera|video) on' }],
};

/** Texts that only mean something before the entrance. */
export const teamsEntranceSelectors = {
  denied: [
    { id: 'teams.denied.heading', css: headings, name: deniedTexts },
    { id: 'teams.denied.line', css: lines, name: deniedTexts },
  ],
  signIn: [
    { id: 'teams.signin.heading', css: headings, name: signInTexts },
    { id: 'teams.signin.line', css: lines, name: signInTexts },
  ],
  signInForm: [{ id: 'teams.signin.form', css: 'input[name="loginfmt"], input[type="email"]' }],
  wrongLink: [{ id: 'teams.wrong.heading', css: headings, name: '^looks like the meeting url is incorrect' }],
  lobbyLine: [{ id: 'teams.lobby.line', css: lines, name: lobbyTexts }],
} as const satisfies Record<string, readonly Candidate[]>;

const captionRegion =
  ':is([data-tid="closed-caption-renderer-wrapper"], [data-tid="closed-captions-v2-items-renderer"]):not([data-stream-type])';
const captionText = '[data-tid="closed-caption-text"]';

/** Live captions: where they are shown, and the way there through the menu. */
export const teamsCaptionSelectors = {
  captionRegion: [{ id: 'teams.captions.region', css: captionRegion }],
  captionText: [{ id: 'teams.captions.text', css: `${captionRegion} ${captionText}` }],
  moreButton: [{ id: 'teams.captions.more', css: 'button#callingButtons-showMoreBtn' }],
  languageMenu: [{ id: 'teams.captions.language', css: '#LanguageSpeechMenuControl-id' }],
  captionsItem: [{ id: 'teams.captions.item', css: '#closed-captions-button' }],
  captionsConfirm: [
    {
      id: 'teams.captions.confirm',
      css: ['data-tid', 'id']
        .map((attribute) => `button[${attribute}="calling_captions_change_language_dialog_confirm_button"]`)
        .join(', '),
    },
  ],
} as const satisfies Record<string, readonly Candidate[]>;

/** What is pressed or filled, but never looked for as a sign. */
export const teamsControls = {
  /** The label is what can be pressed: the switch itself lies under it. Older builds have buttons. */
  prejoinMicOn: [
    { id: 'teams.prejoin.mic.label', css: 'label:has(input[data-tid="toggle-mute"]:checked)' },
    { id: 'teams.prejoin.mic.switch', css: 'input[data-tid="toggle-mute"]:checked' },
    {
      id: 'teams.prejoin.mic.button',
      css: 'button[data-tid="toggle-mute"]:is([aria-checked="true"], [aria-pressed="true"])',
    },
  ],
  prejoinCameraOn: [
    { id: 'teams.prejoin.camera.label', css: 'label:has(input[data-tid="toggle-video"]:checked)' },
    { id: 'teams.prejoin.camera.switch', css: 'input[data-tid="toggle-video"]:checked' },
    {
      id: 'teams.prejoin.camera.button',
      css: 'button[data-tid="toggle-video"]:is([aria-checked="true"], [aria-pressed="true"])',
    },
  ],
  peoplePane: [{ id: 'teams.people.tree', css: '[role="tree"][aria-label="Attendees"]' }],
  chatInput: [{ id: 'teams.chat.editor', css: '[data-tid="ckeditor"][contenteditable="true"]' }],
  chatSend: [{ id: 'teams.chat.send', css: 'button[data-tid="newMessageCommands-send"]', enabled: true }],
} as const satisfies Record<string, readonly Candidate[]>;

/** Marks inside the call that are read together. */
export const teamsMarks = {
  roster: {
    tile: '[data-stream-type][data-tid]',
    frame: '[role="menuitem"]',
    tree: '[role="tree"][aria-label="Attendees"]',
    row: '[data-cid="roster-participant"]',
    prefixes: ['attendeesInMeeting-', 'participantsInCall-'],
    count: 'span[data-tid="roster-button-tile"]',
  },
  // Whose screen it is, no capture of the page shows.
  videos: {
    ...{ tile: '[data-stream-type][data-tid]', idAttribute: 'data-tid', meter: '' },
    ...{ screen: '[data-stream-type="ScreenSharing"]', screenIdAttribute: 'data-tid' },
  },
  speaking: {
    indicator: '[data-tid="voice-level-stream-outline"]',
    tile: '[data-stream-type][data-tid]',
    idAttribute: 'data-tid',
    speaking:
      '[data-tid="voice-level-stream-outline"].vdi-frame-occlusion, [data-stream-type] [data-is-speaking="true"]',
  },
  captions: {
    region: captionRegion,
    text: captionText,
    speaker: '[data-tid="author"]',
    row: { holder: '[aria-posinset]', idAttribute: 'aria-posinset' },
  },
  chat: {
    runway: '[data-tid="message-pane-list-runway"]',
    message: '[data-tid="chat-pane-message"][data-mid]',
    author: '[data-tid="message-author-name"]',
    contentPrefix: 'content-',
  },
} as const;
