import { SECOND } from '@earshot/kernel';
import { askFrames } from '../frames.ts';
import { createFramesWatch } from '../people-watch.ts';
import type { MeetingPage, PageDeps, Platform } from '../platform.ts';
import { find, look, press, seeChat, seeSigns, seeVideos } from '../probe.ts';
import type { Probed } from '../batched-evaluate.ts';
import { Admission } from './admission.ts';
import { Entrance } from './entrance.ts';
import { createWebRoster } from './roster.ts';
import { webSelectors, webVideos } from './selectors.ts';
import { together, type View } from './view.ts';

const OPEN_MS = 30 * SECOND;
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
    const [found, signs] = await Promise.all([
      look(document, { leaveControl, tile, callControl }, selectors),
      seeSigns(document, how),
    ]);
    return {
      hasLeaveControl: found.leaveControl !== undefined,
      hasTile: found.tile !== undefined,
      hasCallControl: found.callControl !== undefined,
      ...signs,
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
      return admission.look({ status, hasKnocked, ...wayIn, ...together(views) });
    },
    isUnderWay: () => hasKnocked,
    async fillNameAndKnock() {
      if (await entrance.step()) hasKnocked = true;
    },
    entranceWords: () => entrance.words,
    turnCameraOn: () => press(page, webSelectors.cameraOff),
    async roster() {
      return roster(await people(), entrance.name);
    },
    async videos() {
      return (await askFrames(page, (document) => seeVideos(document, webVideos))).flat();
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

/** Whether a list has a host, `host:port`, with its port or without. */
function isListed(host: string, list: readonly string[]): boolean {
  return list.some((entry) => entry.toLowerCase() === host || entry.toLowerCase() === host.replace(/:\d+$/, ''));
}
