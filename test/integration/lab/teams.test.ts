import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { closeContext, teamsLinks, type Room } from '@earshot/lab';
import { setUpFace } from './fixture.ts';

describe('the teams face', { timeout: 60_000 }, () => {
  const { createRoom, newPage } = setUpFace();

  /** As far as the page before the call, with the dialog for those without devices out of the way. */
  async function open(link: string): Promise<Page> {
    const page = await newPage();
    await page.goto(link);
    const onward = page.locator('[data-tid=joinOnWeb]');
    const prejoin = page.locator('[data-tid=calling-prejoin-screen]');
    await onward.or(prejoin).first().waitFor();
    if (await onward.count()) await onward.dispatchEvent('click');
    await prejoin.waitFor();
    await page.locator('[data-focus-target=gum-continue]').click();
    return page;
  }
  async function knock(room: Room, name: string): Promise<Page> {
    const page = await open(room.link);
    await page.locator('[data-tid=prejoin-display-name-input]').pressSequentially(name);
    await page.locator('#prejoin-join-button').click();
    return page;
  }

  it.concurrent('shows the page before the call for any meeting, and only then that there is none', async () => {
    const page = await open(teamsLinks('9000000000000').meetupJoin);
    expect(new URL(page.url()).pathname).toBe('/light-meetings/launch');
    expect(await page.locator('#prejoin-join-button').isEnabled()).toBe(true);
    await page.locator('[data-tid=prejoin-display-name-input]').pressSequentially('Ann');
    await page.locator('#prejoin-join-button').click();
    await page.locator('#calling-retry-screen-title', { hasText: "We couldn't find a meeting" }).waitFor();
    await closeContext(page.context());
  });

  it.concurrent('has a lobby with a hang-up button, and every way out of it', async ({ signal }) => {
    const room = createRoom({ face: 'teams', lobby: true });
    const names = ['Ann', 'Ben', 'Cat'];
    const pages = await Promise.all(names.map((name) => knock(room, name)));
    for (const [index, page] of pages.entries()) {
      await room.waitForKnock(names[index] ?? '', { signal });
      await page.getByText('Someone will let you in shortly').waitFor();
      expect(await page.locator('#hangup-button').count()).toBe(1);
      expect(await page.locator('#roster-button').count()).toBe(0);
    }
    room.host.deny('Ann');
    await pages[0]?.getByText('you were denied access to the meeting').waitFor();
    room.host.ignore('Ben');
    await pages[1]?.getByText('Nobody responded to your request').waitFor();
    room.host.admit('Cat');
    await pages[2]?.locator('[data-tid=calling-toolbar]').waitFor();
    room.host.end();
    await pages[2]?.locator('[data-tid=anon-meeting-end-screen-header]').waitFor();
    await Promise.all(pages.map((page) => closeContext(page.context())));
  });

  it.concurrent("marks tiles by people's names, and has one pane at a time", async ({ signal }) => {
    const room = createRoom({ face: 'teams' });
    const ann = await room.join({ name: 'Ann' });
    const page = await knock(room, 'Visitor');
    await room.waitForParticipant('Visitor', { signal });
    await page.locator('[data-stream-type][data-tid=Ann]').waitFor();
    // Inside, the address keeps nothing of the meeting.
    expect(page.url()).not.toContain(room.id);
    const speaking = ann.say('the quick brown fox jumps over the lazy dog');
    await page.locator('[data-tid=Ann] [data-tid=voice-level-stream-outline].vdi-frame-occlusion').waitFor();
    await speaking;

    await page.locator('#roster-button').click();
    const rows = page.locator('[role=tree][aria-label=Attendees] [data-cid=roster-participant]');
    expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-tid')))).toEqual([
      'attendeesInMeeting-Visitor',
      'attendeesInMeeting-Ann',
      'participantsInLobby-Somebody waiting',
      'participantsFromThread-Invited only',
    ]);
    await page.locator('#chat-button').click();
    expect(await rows.count()).toBe(0);
    await ann.sendChat('hello');
    await page.locator('[data-tid=chat-pane-message]', { hasText: 'hello' }).waitFor();
    await page.locator('[data-tid=ckeditor]').pressSequentially('hello Ann');
    await page.locator('[data-tid=newMessageCommands-send]').click();
    await room.waitFor(({ chat }) => chat.at(-1)?.text === 'hello Ann', { signal });

    room.host.remove('Visitor');
    await page.locator('#calling-retry-screen-title', { hasText: "You've been removed from this meeting" }).waitFor();
    await Promise.all([ann.leave(), closeContext(page.context())]);
  });
});
