import { SECOND } from '@earshot/kernel';
import { createPeopleWatch } from '../people-watch.ts';
import type { MeetingPage, PageDeps, Platform } from '../platform.ts';
import { find, look, press, seeChat } from '../probe.ts';
import { webDoor } from './door.ts';
import { webRoster } from './roster.ts';
import { webSelectors } from './selectors.ts';

const OPEN_MS = 30 * SECOND;
/** A press that leads nowhere is repeated after this long. */
const REPEAT_MS = 5 * SECOND;

/** Any WebRTC page: names are filled and buttons pressed where there are any. */
export const web: Platform = {
  marks: { hidesEncodedStreams: false },
  createPage: createWebPage,
};

function createWebPage({ page, media, selectors, meetingUrl, botName }: PageDeps): MeetingPage {
  const { nameInput, joinButton, leaveControl, tile, waiting, notice, chatInput } = webSelectors;
  const people = createPeopleWatch(() => page, 'webRoster');
  let status = 0;
  let pressedAt = 0;
  let hasKnocked = false;
  let wasInside = false;
  return {
    async open() {
      const response = await page.goto(meetingUrl, { waitUntil: 'domcontentloaded', timeout: OPEN_MS });
      status = response?.status() ?? 0;
    },
    async doorState() {
      const found = await look(page, { nameInput, joinButton, leaveControl, tile, waiting, notice }, selectors);
      const state = webDoor({
        status,
        hasJoinButton: found.joinButton !== undefined,
        hasNameInput: found.nameInput !== undefined,
        hasLeaveControl: found.leaveControl !== undefined,
        hasTile: found.tile !== undefined,
        isWaiting: found.waiting !== undefined,
        notice: found.notice?.name ?? '',
        hasKnocked,
        wasInside,
        isMediaFlowing: media.isFlowing(),
        isConnected: media.isConnected(),
      });
      wasInside ||= state === 'admitted';
      return state;
    },
    async fillNameAndKnock() {
      if (performance.now() - pressedAt < REPEAT_MS && hasKnocked) return;
      await (await find(page, nameInput))?.fill(botName, { timeout: 2 * SECOND });
      if (!(await press(page, [{ ...joinButton[0], enabled: true }]))) return;
      hasKnocked = true;
      pressedAt = performance.now();
    },
    turnCameraOn: () => press(page, webSelectors.cameraOff),
    async roster() {
      return webRoster(await people(), { botName, media });
    },
    async sendChat(text) {
      const input = await find(page, chatInput);
      await input?.fill(text, { timeout: 2 * SECOND });
      await input?.press('Enter', { timeout: 2 * SECOND });
      return input !== undefined;
    },
    chat: () => seeChat(page, 'webChat'),
    async leave() {
      await press(page, leaveControl, 500);
    },
  };
}
