import { SECOND } from '@earshot/kernel';
import { createPeopleWatch } from '../people-watch.ts';
import type { MeetingPage, PageDeps, Platform } from '../platform.ts';
import { find, look, press, seeChat, seeSigns } from '../probe.ts';
import { Admission } from './admission.ts';
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
  const { nameInput, nameField, joinButton, openButton, leaveControl, tile, callControl, chatInput } = webSelectors;
  const people = createPeopleWatch(() => page, 'webRoster');
  let status = 0;
  // A form leads to another document, which has an answer of its own.
  page.on('response', (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) status = response.status();
  });
  let pressedAt = 0;
  let hasKnocked = false;
  const admission = new Admission({ media, now: () => performance.now() });
  return {
    async open() {
      const response = await page.goto(meetingUrl, { waitUntil: 'domcontentloaded', timeout: OPEN_MS });
      status = response?.status() ?? 0;
    },
    async doorState() {
      const [found, signs] = await Promise.all([
        look(page, { nameField, joinButton, openButton, leaveControl, tile, callControl }, selectors),
        seeSigns(page, { withText: !admission.isInside }),
      ]);
      return admission.look({
        status,
        hasKnocked,
        hasNameInput: found.nameField !== undefined,
        hasJoinButton: found.joinButton !== undefined,
        isJoinButtonEnabled: found.openButton !== undefined,
        hasLeaveControl: found.leaveControl !== undefined,
        hasTile: found.tile !== undefined,
        hasCallControl: found.callControl !== undefined,
        ...signs,
      });
    },
    isUnderWay: () => hasKnocked,
    async fillNameAndKnock() {
      if (performance.now() - pressedAt < REPEAT_MS && hasKnocked) return;
      await (await find(page, nameInput))?.fill(botName, { timeout: 2 * SECOND });
      if (!(await press(page, openButton))) return;
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
