import { SECOND } from '@earshot/kernel';
import { throttle } from '../throttle.ts';
import { createMicrophoneButton, devicesIn } from '../devices.ts';
import { noDevices } from '../seen-devices.ts';
import { InputLock } from '../input-lock.ts';
import { OwnChat } from '../own-chat.ts';
import { createPeopleWatch } from '../people-watch.ts';
import type { ChatRow } from '../chat-row.ts';
import type { MeetingPage, PageDeps, Platform } from '../platform.ts';
import { find, findInFrames, look, press, seeNumber, seeVideos, type SeenPerson } from '../probe.ts';
import type { Candidate } from '../selectors.ts';
import { createTeamsCaptions } from './captions.ts';
import { createTeamsChat } from './chat.ts';
import { teamsJoinState } from './join-state.ts';
import { teamsRoster, withoutNotes } from './roster.ts';
import { teamsControls, teamsDevices, teamsEntranceSelectors, teamsMarks, teamsSelectors } from './selectors.ts';

const OPEN_MS = 30 * SECOND;
const PRESS_MS = SECOND;
/** A press that leads nowhere is repeated after this long. */
const REPEAT_MS = 5 * SECOND;
/** After Join: this long with nothing but a hang-up button is a lobby whose text is not known. */
const HELD_UP_MS = 10 * SECOND;
/** Between two attempts to open a pane. */
const PANE_MS = 10 * SECOND;
/** The count runs ahead of the tiles; only a difference that stays means people without one. */
const SHORT_MS = 5 * SECOND;

/** Microsoft Teams in the browser, as a guest. Its language is the browser's, which is pinned. */
export const teams: Platform = {
  listsEverybody: true,
  marks: { hidesEncodedStreams: false, indicators: teamsMarks.speaking },
  createPage: createTeamsPage,
};

function createTeamsPage({ page, selectors, meetingUrl, botName, wantsCamera }: PageDeps): MeetingPage {
  const { launcher, deviceDialog, nameInput, joinButton, banner, hangup } = teamsSelectors;
  const { cameraOn, cameraOff } = teamsDevices;
  const chat = createTeamsChat(page);
  const people = createPeopleWatch(() => page, 'teamsRoster', teamsMarks.roster);
  const inputLock = new InputLock();
  const mayLaunch = throttle(REPEAT_MS);
  const mayKnock = throttle(REPEAT_MS);
  const mayOpenChat = throttle(PANE_MS);
  const mayOpenPeople = throttle(PANE_MS);
  const ownChat = new OwnChat();
  let devices = noDevices;
  const setMicrophone = createMicrophoneButton({
    ...{ places: teamsDevices, selectors, documents: () => [page] },
    press: (document, candidates) => inputLock.take(() => press(document, candidates, PRESS_MS)),
  });
  let knockedAt: number | undefined;
  let wasInside = false;
  let shortSince: number | undefined;
  let lastOthers: SeenPerson[] = [];

  async function knock(): Promise<void> {
    const input = await find(page, nameInput);
    if (input && (await input.inputValue()) !== botName) {
      await input.fill('', { timeout: 2 * SECOND });
      await input.type(botName, { timeout: 5 * SECOND });
    }
    await press(page, teamsControls.prejoinMicOn);
    if (!wantsCamera()) await press(page, teamsControls.prejoinCameraOn);
    if (await press(page, joinButton)) knockedAt = performance.now();
  }

  /** A shared screen or a big meeting leaves people without a tile; the pane has them all, in place of the chat. */
  async function showEverybody(isShort: boolean): Promise<void> {
    shortSince = isShort ? (shortSince ?? performance.now()) : undefined;
    if (shortSince === undefined || performance.now() - shortSince < SHORT_MS) return;
    if (await find(page, teamsControls.peoplePane)) return;
    if (inputLock.isFree && mayOpenPeople()) await inputLock.take(() => press(page, teamsSelectors.rosterToggle));
  }

  return {
    async open() {
      await page.goto(meetingUrl, { waitUntil: 'domcontentloaded', timeout: OPEN_MS });
    },
    async joinState() {
      const askedAt = performance.now();
      const seen = await look(page, { ...teamsSelectors, ...teamsDevices }, selectors);
      devices = devicesIn(seen, askedAt);
      const entrance = wasInside ? undefined : await look(page, teamsEntranceSelectors, selectors);
      const isFramed = !wasInside && (await findInFrames(page, deviceDialog)) !== undefined;
      const toggles = [seen.chatToggle, seen.rosterToggle, seen.viewToggle].filter(Boolean).length;
      const state = teamsJoinState({
        host: new URL(page.url()).hostname,
        wasInside,
        hasLauncher: seen.launcher !== undefined,
        hasDeviceDialog: seen.deviceDialog !== undefined || isFramed,
        hasPrejoin: seen.prejoin !== undefined,
        hasJoinButton: seen.joinButton !== undefined,
        hasCaptcha: seen.captcha !== undefined,
        isInLobby: seen.lobby !== undefined,
        hasLobbyLine: entrance?.lobbyLine !== undefined,
        hasHangup: seen.hangup !== undefined,
        toggles,
        hasToolbar: seen.toolbar !== undefined,
        hasRetryScreen: seen.retryScreen !== undefined,
        retryTitle: seen.retryTitle?.name ?? '',
        hasEndScreen: seen.endScreen !== undefined,
        isDenied: entrance?.denied !== undefined,
        isSignInWall: entrance?.signIn !== undefined,
        hasSignInForm: entrance?.signInForm !== undefined,
        isWrongLink: entrance?.wrongLink !== undefined,
        isHeldUp: knockedAt !== undefined && performance.now() - knockedAt >= HELD_UP_MS,
      });
      wasInside ||= state === 'admitted';
      // Dialogs and banners over the call, and devices that came up after the page before it.
      if (state === 'admitted') {
        const unwanted: (readonly Candidate[] | undefined)[] = [
          seen.deviceDialog && deviceDialog,
          seen.banner && banner,
          wantsCamera() ? undefined : seen.cameraOn && cameraOn,
        ];
        for (const control of unwanted) if (control) await inputLock.ifFree(() => press(page, control), false);
      }
      return state;
    },
    async fillNameAndKnock() {
      const dialog = (await find(page, deviceDialog)) ?? (await findInFrames(page, deviceDialog));
      if (dialog) return dialog.click({ timeout: 2 * SECOND });
      const onward = await find(page, launcher);
      if (onward) {
        // The page asks the system for its application, and the browser's question about that swallows real presses.
        if (mayLaunch()) await onward.dispatchEvent('click');
        return;
      }
      if (mayKnock()) await knock();
    },
    devices: () => devices,
    setMicrophone,
    setCamera: (isOn) => inputLock.ifFree(() => press(page, isOn ? cameraOff : cameraOn), false),
    async roster() {
      const seen = await people();
      const count = await seeNumber(page, 'teamsCount', teamsMarks.roster);
      const others = seen.filter(({ isMarkedSelf }) => !isMarkedSelf);
      await showEverybody(count > seen.length);
      // The count has somebody there: an empty stage is no empty meeting.
      const isBlind = others.length === 0 && count > 1;
      if (!isBlind) lastOthers = others;
      return teamsRoster(isBlind ? [...seen, ...lastOthers] : seen, botName);
    },
    videos: () => seeVideos(page, teamsMarks.videos),
    captions: createTeamsCaptions({ page, selectors, inputLock }),
    sendChat(text) {
      ownChat.add(text);
      return inputLock.take(() => chat.send(text));
    },
    async chat() {
      const isOwn = ({ sender, text }: ChatRow) => withoutNotes(sender) === botName && ownChat.has(text);
      const rows = (await chat.rows()).map((row) => (isOwn(row) ? { ...row, isOwn: true } : row));
      if (rows.length > 0 || !inputLock.isFree || !mayOpenChat()) return rows;
      if (!(await find(page, teamsControls.peoplePane))) await inputLock.ifFree(() => chat.open(), false);
      return rows;
    },
    async leave() {
      await press(page, hangup, 500);
    },
  };
}
