import type { Page } from 'playwright-core';
import { SECOND } from '@earshot/kernel';
import { throttle } from '../throttle.ts';
import { createMicrophoneButton, devicesIn } from '../devices.ts';
import { noDevices } from '../seen-devices.ts';
import { InputLock } from '../input-lock.ts';
import { OwnChat } from '../own-chat.ts';
import { createPeopleWatch } from '../people-watch.ts';
import type { MeetingPage, PageDeps, Platform } from '../platform.ts';
import { find, look, press, seeChat, seeVideos } from '../probe.ts';
import { createMeetCaptions } from './captions.ts';
import { meetJoinState } from './join-state.ts';
import { meetRoster } from './roster.ts';
import { meetDevices, meetMarks, meetSelectors } from './selectors.ts';

const OPEN_MS = 30 * SECOND;
/** A press that leads nowhere is repeated after this long. */
const REPEAT_MS = 5 * SECOND;
const PRESS_MS = SECOND;
/** Between two attempts to open the chat, and how many there are: the button closes one that is open and takes no messages. */
const [CHAT_MS, CHAT_OPENINGS] = [10 * SECOND, 3];
/** The chat takes this many characters. */
const CHAT_LIMIT = 500;

export const googleMeet: Platform = {
  listsEverybody: true,
  marks: {
    // Without it the page keeps to per-person contributing sources.
    hidesEncodedStreams: true,
    indicators: {
      indicator: meetMarks.roster.indicator,
      tile: meetMarks.roster.tile,
      idAttribute: 'data-participant-id',
    },
  },
  createPage: createMeetPage,
};

function createMeetPage({ page, selectors, meetingUrl, botName }: PageDeps): MeetingPage {
  const { nameInput, joinButton, deviceDialog, consentDialog, callControls, panelToggle, inCallFlag } = meetSelectors;
  const { title, lobby, rejoin, captcha, leave, chatToggle, chatInput } = meetSelectors;
  const inputLock = new InputLock();
  const forbidden = watchForRefusals(page);
  let pressedAt: number | undefined;

  const people = createPeopleWatch(() => page, 'meetRoster', meetMarks.roster);
  const ownChat = new OwnChat();
  let devices = noDevices;
  const setMicrophone = createMicrophoneButton({
    ...{ places: meetDevices, selectors, documents: () => [page] },
    press: (document, candidates) => inputLock.take(() => press(document, candidates, PRESS_MS)),
  });
  const mayOpenChat = throttle(CHAT_MS);
  let chatOpenings = 0;

  async function openChat(): Promise<void> {
    if (!(await find(page, chatInput))) await press(page, chatToggle);
  }

  async function write(text: string): Promise<boolean> {
    await openChat();
    ownChat.add(text.slice(0, CHAT_LIMIT));
    const input = await find(page, chatInput);
    await input?.fill(text.slice(0, CHAT_LIMIT), { timeout: 2 * SECOND });
    await input?.press('Enter', { timeout: 2 * SECOND });
    return input !== undefined;
  }

  return {
    async open() {
      await page.goto(inEnglish(meetingUrl), { waitUntil: 'domcontentloaded', timeout: OPEN_MS });
    },
    async joinState() {
      const askedAt = performance.now();
      const found = await look(
        page,
        {
          ...{
            callControls,
            panelToggle,
            inCallFlag,
            lobby,
            rejoin,
            title,
            captcha,
            joinButton,
            nameInput,
            consentDialog,
          },
          ...meetDevices,
        },
        selectors,
      );
      devices = devicesIn(found, askedAt);
      const { hostname, pathname } = new URL(page.url());
      const state = meetJoinState({
        host: hostname,
        path: pathname.toLowerCase(),
        isForbidden: forbidden(),
        hasCaptcha: found.captcha !== undefined,
        hasCallControls: found.callControls !== undefined,
        hasPanelToggle: found.panelToggle !== undefined,
        hasInCallFlag: found.inCallFlag !== undefined,
        isInLobby: found.lobby !== undefined,
        hasRejoin: found.rejoin !== undefined,
        hasJoinButton: found.joinButton !== undefined,
        hasNameInput: found.nameInput !== undefined,
        title: found.title?.name ?? '',
      });
      // "This call is being recorded": a dialog over the call, to be read and closed.
      if (state === 'admitted' && found.consentDialog) await inputLock.ifFree(() => press(page, consentDialog), false);
      return state;
    },
    async fillNameAndKnock() {
      if (pressedAt !== undefined && performance.now() - pressedAt < REPEAT_MS) return;
      await press(page, deviceDialog);
      await (await find(page, nameInput))?.fill(botName, { timeout: 2 * SECOND });
      const usable = joinButton.map((candidate) => ({ ...candidate, enabled: true }));
      if (await press(page, usable)) pressedAt = performance.now();
    },
    devices: () => devices,
    setMicrophone,
    setCamera: (isOn) =>
      inputLock.ifFree(() => press(page, isOn ? meetDevices.cameraOff : meetDevices.cameraOn), false),
    async roster() {
      return meetRoster(await people(), botName);
    },
    videos: () => seeVideos(page, meetMarks.videos),
    captions: createMeetCaptions({ page, selectors, botName, inputLock }),
    sendChat: (text) => inputLock.take(() => write(text)),
    async chat() {
      const rows = await seeChat(page, 'meetChat', meetMarks.chat);
      // The page has the messages only while the chat is open.
      if (rows.length === 0 && inputLock.isFree && chatOpenings < CHAT_OPENINGS && mayOpenChat()) {
        chatOpenings += 1;
        await inputLock.ifFree(openChat, undefined);
      }
      return rows.map((row) => {
        if (row.sender === 'You') return { ...row, sender: botName, isOwn: true };
        return row.sender === botName && ownChat.has(row.text) ? { ...row, isOwn: true } : row;
      });
    },
    async leave() {
      await press(page, leave, 500);
    },
  };
}

/** Texts are read in English. */
function inEnglish(meetingUrl: string): string {
  const url = new URL(meetingUrl);
  url.searchParams.set('hl', 'en');
  return url.href;
}

/** The platform's own answer to those it does not want; only the status is read. */
function watchForRefusals(page: Page): () => boolean {
  let isForbidden = false;
  page.on('response', (response) => {
    if (response.status() === 403 && /(ResolveMeetingSpace|CreateMeetingDevice)$/.test(response.url()))
      isForbidden = true;
  });
  return () => isForbidden;
}
