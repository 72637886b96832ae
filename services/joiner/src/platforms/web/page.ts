import { SECOND } from '@earshot/kernel';
import { answerInTime, askFrames } from '../frames.ts';
import { createMicrophoneButton, devicesIn } from '../devices.ts';
import { noDevices } from '../seen-devices.ts';
import { OwnChat } from '../own-chat.ts';
import { createFramesWatch } from '../people-watch.ts';
import type { ChatRow } from '../chat-row.ts';
import type { MeetingPage, PageDeps, Platform } from '../platform.ts';
import { find, look, press, seeChat, seeSigns, seeVideos } from '../probe.ts';
import type { Probed } from '../batched-evaluate.ts';
import { Admission } from './admission.ts';
import { Entrance } from './entrance.ts';
import { createWebRoster } from './roster.ts';
import { webDevices, webSelectors, webVideos } from './selectors.ts';
import { together, type View } from './view.ts';

const OPEN_MS = 30 * SECOND;
/** In a frame a press has to come to its end before the frame is passed over. */
const [PRESS_MS, FRAME_PRESS_MS] = [SECOND, 400];
/** Inside, once what stood at the entrance has had the time to go, and while connections stand, it is looked for this seldom. */
const SETTLED_MS = 10 * SECOND;

/** Any WebRTC page: names are filled and buttons pressed where there are any. */
export const web: Platform = {
  listsEverybody: false,
  marks: { hidesEncodedStreams: false },
  createPage: createWebPage,
};

function createWebPage({ page, media, selectors, meetingUrl, botName, termsAcceptedHosts }: PageDeps): MeetingPage {
  const { leaveControl, tile, callControl, chatInput } = webSelectors;
  const people = createFramesWatch(page, 'webRoster');
  const roster = createWebRoster({ media, now: () => performance.now() });
  const entrance = new Entrance({ page, botName, mayAgree: (host) => isListed(host, termsAcceptedHosts) });
  const ownChat = new OwnChat();
  let devices = noDevices;
  const setMicrophone = createMicrophoneButton({
    ...{ places: webDevices, selectors },
    documents: () => [page, ...page.frames().filter((frame) => frame !== page.mainFrame())],
    async press(document, candidates) {
      if (document === page) return press(page, candidates, PRESS_MS);
      return (await answerInTime(press(document, candidates, FRAME_PRESS_MS))) ?? false;
    },
  });
  let status = 0;
  // A form leads to another document, which has an answer of its own.
  page.on('response', (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) status = response.status();
  });
  let hasKnocked = false;
  let standsSince: number | undefined;
  const admission = new Admission({ media, now: () => performance.now() });

  /** What a document shows of a call. */
  async function view(document: Probed, how: { withText: boolean }): Promise<View> {
    const askedAt = performance.now();
    const [found, signs] = await Promise.all([
      look(document, { leaveControl, tile, callControl, ...webDevices }, selectors),
      seeSigns(document, how),
    ]);
    return {
      hasLeaveControl: found.leaveControl !== undefined,
      hasTile: found.tile !== undefined,
      hasCallControl: found.callControl !== undefined,
      ...signs,
      devices: devicesIn(found, askedAt),
    };
  }

  return {
    async open() {
      const response = await page.goto(meetingUrl, { waitUntil: 'domcontentloaded', timeout: OPEN_MS });
      status = response?.status() ?? 0;
    },
    async joinState() {
      const stands = admission.isInside && (media.isConnected() || media.isFlowing());
      standsSince = stands ? (standsSince ?? performance.now()) : undefined;
      const isSettled = standsSince !== undefined && performance.now() - standsSince >= SETTLED_MS;
      const [wayIn, views] = await Promise.all([
        entrance.look(isSettled ? SETTLED_MS : 0),
        askFrames(page, (document) => view(document, { withText: !admission.isInside })),
      ]);
      const seen = together(views);
      devices = seen.devices;
      return admission.look({ status, hasKnocked, ...wayIn, ...seen });
    },
    isUnderWay: () => hasKnocked,
    async fillNameAndKnock() {
      if (await entrance.step()) hasKnocked = true;
    },
    entranceWords: () => entrance.words,
    devices: () => devices,
    setMicrophone,
    setCamera: (isOn) => press(page, isOn ? webDevices.cameraOff : webDevices.cameraOn),
    async roster() {
      return roster(await people(), entrance.name);
    },
    async videos() {
      return (await askFrames(page, (document) => seeVideos(document, webVideos))).flat();
    },
    async sendChat(text) {
      const input = await find(page, chatInput);
      ownChat.add(text);
      await input?.fill(text, { timeout: 2 * SECOND });
      await input?.press('Enter', { timeout: 2 * SECOND });
      return input !== undefined;
    },
    async chat() {
      const isOwn = ({ sender, text }: ChatRow) => [entrance.name, 'You', 'Me'].includes(sender) && ownChat.has(text);
      return (await seeChat(page, 'webChat')).map((row) => (isOwn(row) ? { ...row, isOwn: true } : row));
    },
    async leave() {
      await press(page, leaveControl, 500);
    },
  };
}

/** Whether a list has a host, `host:port`, with its port or without. */
function isListed(host: string, list: readonly string[]): boolean {
  return list.some((entry) => entry.toLowerCase() === host || entry.toLowerCase() === host.replace(/:\d+$/, ''));
}
