import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { closeContext, type Room } from '@earshot/lab';
import { setUpFace } from './fixture.ts';

describe('the zoom face', { timeout: 30_000 }, () => {
  const { createRoom, newPage } = setUpFace();

  /** By the web client's own address, as the launcher's link leads to. */
  async function open(room: Room): Promise<Page> {
    const page = await newPage();
    await page.goto(room.link);
    await page.getByText('Join from your browser').click();
    await page.locator('#input-for-name').waitFor();
    return page;
  }
  async function knock(room: Room, name: string): Promise<Page> {
    const page = await open(room);
    await page.locator('#input-for-name').pressSequentially(name);
    await page.locator('.preview-join-button').click();
    return page;
  }

  it.concurrent('has a preview that wants a name, and asks for the passcode where the link has none', async () => {
    const room = createRoom({ face: 'zoom' });
    expect(room.link).toMatch(/^https:\/\/zoom\.us\/j\/\d{11}\?pwd=\d{6}$/);
    const page = await open(room);
    const join = page.locator('.preview-join-button');
    expect(await join.getAttribute('class')).toContain('disabled');
    await page.locator('#input-for-name').pressSequentially('Ann');
    expect(await join.getAttribute('class')).not.toContain('disabled');
    expect(await page.locator('#input-for-pwd').count()).toBe(0);
    await page.goto(`https://app.zoom.us/wc/${room.id}/join`);
    await page.locator('#input-for-pwd').pressSequentially('000000');
    await page.locator('#input-for-name').pressSequentially('Ann');
    await join.click();
    await page.locator('#error-for-pwd', { hasText: 'Incorrect Password' }).waitFor();
    await closeContext(page.context());
  });

  it.concurrent('has a waiting room inside the root of the meeting, and every way out of it', async ({ signal }) => {
    const room = createRoom({ face: 'zoom', lobby: true });
    const names = ['Ann', 'Ben'];
    const pages = await Promise.all(names.map((name) => knock(room, name)));
    for (const [index, page] of pages.entries()) {
      await room.waitForKnock(names[index] ?? '', { signal });
      await page.locator('.meeting-app .waiting-room-container').waitFor();
      expect(await page.locator('.leave-btn').count()).toBe(1);
      expect(await page.locator('#wc-footer').count()).toBe(0);
    }
    room.host.deny('Ann');
    await pages[0]?.locator('.zm-modal-body-title', { hasText: 'You have been removed' }).waitFor();
    room.host.admit('Ben');
    await pages[1]?.locator('#wc-footer').waitFor({ state: 'attached' });
    room.host.end();
    await pages[1]?.locator('[aria-label="Meeting is end now"]').waitFor();
    // The dialog stands over the meeting, whose marks stay.
    expect(await pages[1]?.locator('#wc-footer').count()).toBe(1);
    await Promise.all(pages.map((page) => closeContext(page.context())));
  });

  it('gives no sound before the audio is joined, and carries names and chat in panels', async ({ signal }) => {
    const room = createRoom({ face: 'zoom' });
    const ann = await room.join({ name: 'Ann' });
    const page = await knock(room, 'Visitor');
    await room.waitForParticipant('Visitor', { signal });
    // By what the others' sender sends, which is nothing to those who have not asked for it.
    const sent = async () => (await ann.sentTo())['Visitor'] ?? 0;
    await ann.say('nobody hears this');
    expect(await sent()).toBe(0);
    await page.mouse.move(200, 200);
    await page.locator('.join-audio-container__btn').click();
    await page.locator('.join-audio-by-voip__join-btn').click();
    await page.locator('[aria-label="unmute my microphone"], [aria-label="mute my microphone"]').waitFor();
    await ann.say('the quick brown fox jumps over the lazy dog');
    expect(await sent()).toBeGreaterThan(1000);

    await page.mouse.move(210, 210);
    await page.locator('[feature-type=participant] button').click();
    await page.locator('.participants-item__display-name', { hasText: 'Ann' }).waitFor();
    await page.locator('[feature-type=chat] button').click();
    await ann.sendChat('hello');
    await page.locator('.new-chat-message__text-content', { hasText: 'hello' }).waitFor();
    room.host.remove('Visitor');
    await page.locator('.zm-modal-body-title', { hasText: 'You have been removed' }).waitFor();
    await Promise.all([ann.leave(), closeContext(page.context())]);
  });

  it('has captions without names over the picture, and names in a transcript', async ({ signal }) => {
    const room = createRoom({ face: 'zoom' });
    const ann = await room.join({ name: 'Ann' });
    const page = await knock(room, 'Visitor');
    await room.waitForParticipant('Visitor', { signal });
    const press = async (css: string) => {
      await page.mouse.move(200, 200);
      await page.mouse.move(210, 210);
      await page.locator(css).click();
    };
    await press('.new-lt-button[aria-label="Show Captions"]');
    await page.locator('.lt-select-language .zm-btn', { hasText: 'Save' }).click();
    await press('[aria-label="More options for captions, menu button"]');
    await press('[aria-label="Your caption settings grouping View full transcript"]');
    for (const text of ['one', 'two', 'three', 'four', 'five']) await ann.caption(text);
    await page
      .locator('#live-transcription-subtitle > .live-transcription-subtitle__item', { hasText: 'five' })
      .waitFor();
    expect(await page.locator('.live-transcription-subtitle__box').textContent()).toBe('Afive');
    // Only the end of the list is drawn, where no item says whose it is.
    const items = page.locator('.lt-full-transcript__item');
    await items.nth(4).waitFor();
    expect(await items.locator('.lt-full-transcript__display-name b').allTextContents()).toEqual(['Ann']);
    await items.filter({ hasText: 'one' }).waitFor({ state: 'detached' });
    expect(await items.locator('.lt-full-transcript__message').allTextContents()).toEqual(['three', 'four', 'five']);
    expect(await page.locator('.lt-full-transcript__display-name').count()).toBe(0);
    await Promise.all([ann.leave(), closeContext(page.context())]);
  });
});
