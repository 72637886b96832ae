import type { Frame, Page } from 'playwright-core';
import { SECOND } from '@earshot/kernel';
import { createMicrophoneButton, devicesIn } from '../devices.ts';
import { noDevices } from '../seen-devices.ts';
import { InputLock } from '../input-lock.ts';
import { OwnChat } from '../own-chat.ts';
import { createPeopleWatch } from '../people-watch.ts';
import type { RecordingPermission } from '../../domain/recording-permission.ts';
import type { MeetingPage, PageDeps, Platform } from '../platform.ts';
import { find, isThere, look, press, seeChat } from '../probe.ts';
import { inSight, type Candidate } from '../selectors.ts';
import { createZoomCaptions } from './captions.ts';
import { zoomJoinState } from './join-state.ts';
import { zoomPermission } from './recording.ts';
import { zoomRoster } from './roster.ts';
import { zoomDevices, zoomMarks, zoomSelectors } from './selectors.ts';
import { webClientLink } from './web-client-link.ts';

const OPEN_MS = 30 * SECOND;
/** A press that leads nowhere is repeated after this long. */
const REPEAT_MS = 5 * SECOND;
const PRESS_MS = 700;
/** The chat takes this many characters. */
const CHAT_LIMIT = 1024;

export const zoom: Platform = {
  listsEverybody: true,
  // Video comes by data channels, and is decoded by the page.
  marks: { hidesEncodedStreams: false, speakers: zoomMarks.speakers, undecodedTiles: zoomMarks.tiles },
  createPage: createZoomPage,
};

function createZoomPage({ page, selectors, meetingUrl, botName }: PageDeps): MeetingPage {
  const places = zoomSelectors;
  const link = webClientLink(meetingUrl);
  const inputLock = new InputLock();
  const people = createPeopleWatch(() => clientOf(page), 'zoomRoster', { ...zoomMarks.roster, botName });
  let pressedAt: number | undefined;
  let wasInside = false;
  let isFooterWoken = false;
  let wasSettled = false;

  /** Presses a control of the footer, which has to be woken; a press that fails is made again at the next look. */
  async function use(candidates: readonly Candidate[], timeoutMs = PRESS_MS): Promise<boolean> {
    isFooterWoken = !isFooterWoken;
    await page.mouse.move(400, isFooterWoken ? 300 : 320);
    return press(clientOf(page), candidates, timeoutMs).catch(() => false);
  }

  /** What keeps media and roster coming: notices read, audio joined, the list and the chat open. True: it was done. */
  async function settle(): Promise<boolean> {
    const { consent, joinAudio, joinByComputer, openParticipants, openChat } = places;
    await press(clientOf(page), consent, PRESS_MS).catch(() => false);
    if (!(await use(joinByComputer)) && (await use(joinAudio))) await use(joinByComputer);
    await use(openParticipants);
    await use(openChat);
    return true;
  }

  async function write(text: string): Promise<boolean> {
    await press(clientOf(page), places.stayMuted, PRESS_MS).catch(() => false);
    if (!(await find(clientOf(page), places.chatInput))) await use(places.openChat);
    // The input swallows line breaks.
    const line = text.replaceAll(/\s*\n\s*/g, ' ').slice(0, CHAT_LIMIT);
    ownChat.add(line);
    const isTyped = await type(page, places.chatInput, line);
    return isTyped && press(clientOf(page), places.chatSend, 2 * SECOND);
  }

  const ownChat = new OwnChat();
  let devices = noDevices;
  const setMicrophone = createMicrophoneButton({
    ...{ places: zoomDevices, selectors, documents: () => [clientOf(page)] },
    // A footer that has just been woken may be drawn a moment later.
    press: (_, candidates) => inputLock.take(async () => (await use(candidates)) || use(candidates)),
  });

  let permission: RecordingPermission = 'unknown';
  let askedTimes = 0;

  /** The menu, the request, the question whether it is meant: each is there once the one before was pressed. */
  async function askToRecord(): Promise<RecordingPermission> {
    const { recordItem, recordControl, recordRequest, recordSend } = places;
    if (!(await find(clientOf(page), recordSend))) {
      if (!(await find(clientOf(page), recordItem))) await use(recordControl);
      await use(recordRequest);
    }
    return (await press(clientOf(page), recordSend, PRESS_MS).catch(() => false)) ? 'asked' : 'unknown';
  }

  return {
    async open() {
      if (link) await page.goto(link.url, { waitUntil: 'domcontentloaded', timeout: OPEN_MS });
    },
    async joinState() {
      if (!link) return 'wrong-link';
      const client = clientOf(page);
      const askedAt = performance.now();
      const found = await look(client, entrancePlaces, selectors);
      devices = devicesIn(found, askedAt);
      const state = zoomJoinState({
        path: new URL(client.url()).pathname.toLowerCase(),
        title: found.title?.name ?? '',
        notice: found.notice?.name ?? '',
        dialogLabel: found.dialogLabel?.name ?? '',
        dialogTitle: found.dialogTitle?.name ?? '',
        hasBotWall: found.botWall !== undefined,
        hasCaptcha: found.captcha !== undefined,
        isHeld: found.held !== undefined,
        hasLeaveControl: found.leaveControl !== undefined,
        hasParticipantsControl: found.participantsControl !== undefined,
        hasAudioControl: found.audioControl !== undefined,
        hasTile: found.tile !== undefined,
        asksPasscode: found.passcodeInput !== undefined,
        passcodeError: found.passcodeError?.name ?? '',
        hasPasscode: link.passcode !== '',
        hasNameInput: found.nameInput !== undefined,
        hasJoinButton: found.joinButton !== undefined,
        wasInside,
      });
      wasInside ||= state === 'admitted';
      // Terms and cookies stand before the fields, and where there is nothing else to be pressed.
      if (state === 'loading' && !wasInside) await press(client, places.gate, PRESS_MS).catch(() => false);
      return state;
    },
    async fillNameAndKnock() {
      if (pressedAt !== undefined && performance.now() - pressedAt < REPEAT_MS) return;
      const client = clientOf(page);
      await press(client, places.gate, PRESS_MS).catch(() => false);
      await type(page, places.nameInput, botName);
      if (link?.passcode) await type(page, places.passcodeInput, link.passcode);
      const usable = places.joinButton.map((place) => ({
        ...place,
        css: `${place.css}:not(.disabled)`,
        enabled: true,
      }));
      if (await press(client, usable)) pressedAt = performance.now();
    },
    devices: () => devices,
    setMicrophone,
    setCamera: (isOn) =>
      inputLock.ifFree(() => use(inSight(isOn ? zoomDevices.cameraOff : zoomDevices.cameraOn)), false),
    async recordingPermission() {
      if (!inputLock.isFree) return permission;
      const found = await look(clientOf(page), recordingPlaces, selectors);
      const marks = {
        hasFooter: found.footer !== undefined,
        hasRecordControl: found.recordControl !== undefined,
        hasItem: found.recordItem !== undefined,
        canRequest: found.recordRequest !== undefined,
        isAllowed: found.recordAllowed !== undefined,
        isDenied: found.recordDenied !== undefined,
        isIgnored: found.recordIgnored !== undefined,
      };
      const seen = zoomPermission(marks, { before: permission, tries: askedTimes++ });
      permission = seen ?? (await inputLock.ifFree(askToRecord, permission));
      return permission;
    },
    async roster() {
      // The list has to be open before it is read.
      if (!wasSettled) wasSettled = await inputLock.ifFree(settle, false);
      const [seen, isUnsettled] = await Promise.all([people(), isThere(clientOf(page), unsettled)]);
      if (isUnsettled) await inputLock.ifFree(settle, false);
      return zoomRoster(seen);
    },
    captions: createZoomCaptions({ client: () => clientOf(page), use, selectors, inputLock }),
    sendChat: (text) => inputLock.take(() => write(text)),
    async chat() {
      const rows = await seeChat(clientOf(page), 'zoomChat', zoomMarks.chat);
      return rows.map((row) => {
        const sender = /^(you|me)$/i.test(row.sender) ? botName : row.sender;
        return { ...row, sender, isOwn: sender === botName && ownChat.has(row.text) };
      });
    },
    async leave() {
      if (await press(clientOf(page), places.leaveHold, 300)) return;
      if (await use(places.leaveButton, 300)) await use(places.leaveMeeting, 300);
    },
  };
}

const { nameInput, passcodeInput, passcodeError, joinButton, captcha, botWall, held, notice, title } = zoomSelectors;
const { dialogLabel, dialogTitle, leaveControl, participantsControl, audioControl, tile } = zoomSelectors;
const entrancePlaces = {
  ...{ nameInput, passcodeInput, passcodeError, joinButton, captcha, botWall, held, notice, title },
  ...{ dialogLabel, dialogTitle, leaveControl, participantsControl, audioControl, tile },
  ...zoomDevices,
};

/** What is to be pressed where it exists, in sight or not. */
const unsettled = [
  ...zoomSelectors.consent,
  ...zoomSelectors.joinByComputer,
  ...zoomSelectors.joinAudio,
  ...zoomSelectors.openParticipants,
  ...zoomSelectors.openChat,
].map((candidate) => ({ ...candidate, hidden: true }));

const { footer, recordControl, recordItem, recordRequest, recordAllowed, recordDenied, recordIgnored } = zoomSelectors;
const recordingPlaces = {
  ...{ footer, recordControl, recordItem, recordRequest },
  ...{ recordAllowed, recordDenied, recordIgnored },
};

/** Some builds run the whole client inside a frame. */
function clientOf(page: Page): Page | Frame {
  const framed = page.frames().find((frame) => frame.parentFrame() === page.mainFrame() && isClient(frame.url()));
  return framed ?? page;
}

function isClient(url: string): boolean {
  return /^https:\/\/[^/]+\/wc\//.test(url);
}

/** By keys, as a person does: the page's fields follow them. Answers whether there was a field. */
async function type(page: Page, candidates: readonly Candidate[], text: string): Promise<boolean> {
  const input = await find(clientOf(page), candidates);
  if (!input) return false;
  await input.fill('', { timeout: SECOND });
  await input.focus();
  await page.keyboard.type(text);
  return true;
}
