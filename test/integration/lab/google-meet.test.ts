import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { closeContext, type Room } from '@earshot/lab';
import { setUpFace } from './fixture.ts';
import { loudestWhile } from './visitor.ts';

const sentence = 'the quick brown fox jumps over the lazy dog';

describe('the google-meet face', { timeout: 60_000 }, () => {
  const { createRoom, newPage } = setUpFace();

  async function knock(room: Room, name: string): Promise<Page> {
    // The page's policy forbids evaluated strings, which this test measures with; a bot bypasses it for its taps.
    const page = await newPage({ bypassCSP: true });
    await page.goto(room.link);
    await page.getByText('Continue without microphone and camera').click();
    await page.locator('input[aria-label="Your name"]').fill(name);
    await page.locator('[jsname=Qx7uuf] button').click();
    return page;
  }

  it.concurrent('has a green room that wants a name first', async () => {
    const room = createRoom({ face: 'google-meet', lobby: true });
    expect(room.link).toMatch(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
    const page = await newPage();
    await page.goto(room.link);
    // The two are looked at in one moment: getting ready takes half a second.
    const gettingReady = page.getByText('Getting ready…').or(page.getByRole('button', { name: 'Ask to join' }));
    await gettingReady.first().waitFor();
    const texts = await gettingReady.allTextContents();
    expect(texts).toHaveLength(1);
    await page.getByText('Continue without microphone and camera').click();
    const join = page.getByRole('button', { name: 'Ask to join' });
    await join.waitFor();
    expect(await join.isDisabled()).toBe(true);
    await page.locator('input[aria-label="Your name"]').fill('Visitor');
    expect(await join.isEnabled()).toBe(true);
    expect(await page.locator('[jsname=hw0c9]').getAttribute('data-is-muted')).toBe('true');
    await closeContext(page.context());
  });

  it.concurrent('has a waiting page with the traps, and every way out of it', async ({ signal }) => {
    const room = createRoom({ face: 'google-meet', lobby: true });
    const names = ['Ann', 'Ben', 'Cat'];
    const pages = await Promise.all(names.map((name) => knock(room, name)));
    for (const [index, page] of pages.entries()) {
      await room.waitForKnock(names[index] ?? '', { signal });
      await page.getByText("You'll join the call when someone lets you in").waitFor();
      expect(await page.getByRole('button', { name: 'Leave call' }).count()).toBe(1);
      expect(await page.getByRole('region', { name: 'Call controls' }).count()).toBe(0);
    }
    room.host.deny('Ann');
    await pages[0]?.getByText('Someone in the call denied your request to join').waitFor();
    room.host.ignore('Ben');
    await pages[1]?.getByText('No one responded to your request to join the call').waitFor();
    room.host.admit('Cat');
    await pages[2]?.getByRole('region', { name: 'Call controls' }).waitFor();
    room.host.end();
    await pages[2]?.locator('h1[jsname=r4nke]', { hasText: 'The call ended' }).waitFor();
    expect(pages[2]?.url()).toBe(room.link);
    await Promise.all(pages.map((page) => closeContext(page.context())));
  });

  it('carries the marks of a call while people talk in it', async ({ signal }) => {
    const room = createRoom({ face: 'google-meet' });
    const alice = await room.join({ name: 'Alice', camera: true });
    const bob = await room.join({ name: 'Bob' });
    const page = await knock(room, 'Visitor');
    await room.waitForParticipant('Visitor', { signal });
    await page.getByRole('region', { name: 'Call controls' }).waitFor();
    await page.waitForFunction('[...document.querySelectorAll("audio")].filter((a) => a.currentTime > 0).length === 2');
    await page.getByRole('button', { name: 'Turn on captions' }).click();
    await page.evaluate(`(() => {
      window.changes = {};
      for (const tile of document.querySelectorAll('[data-participant-id]')) {
        const name = tile.querySelector('span.notranslate').textContent;
        window.changes[name] = 0;
        const meter = tile.querySelector('.corner [jsname=QgSmzd]');
        if (meter) new MutationObserver((list) => (window.changes[name] += list.length)).observe(meter, { attributes: true });
      }
    })()`);

    const speaking = alice.say(sentence);
    const loudest = await loudestWhile(page, speaking);
    const { startedAt, endedAt } = await speaking;
    const changes = await page.evaluate<Record<string, number>>('window.changes');

    expect(loudest).toBeGreaterThan(0.02);
    const perSecond = (changes['Alice'] ?? 0) / ((endedAt - startedAt) / 1000);
    expect(perSecond).toBeGreaterThan(3);
    expect(perSecond).toBeLessThan(8);
    expect(changes).toMatchObject({ Bob: 0, Visitor: 0 });
    await page.locator('[role=region][aria-label=Captions]').getByText(sentence).waitFor();

    await page.getByRole('button', { name: 'People' }).click();
    const rows = page.locator('[role=list][aria-label=Participants] [role=listitem]');
    expect(await rows.evaluateAll((all) => all.map((row) => row.ariaLabel))).toEqual(['Visitor', 'Alice', 'Bob']);
    expect(await rows.nth(1).getAttribute('data-participant-id')).toBe(alice.id);
    expect(alice.id).toMatch(/^spaces\/[\w-]+\/devices\/1$/);

    await page.getByRole('button', { name: 'Chat with everyone' }).click();
    await page.locator('textarea[aria-label="Send a message"]').fill('hello');
    await page.locator('button[aria-label="Send a message"]').click();
    await room.waitFor(({ chat }) => chat[0]?.text === 'hello', { signal });

    room.host.remove('Visitor');
    await page.locator('h1[jsname=r4nke]', { hasText: "You've been removed from the meeting" }).waitFor();
    await page.getByRole('button', { name: 'Rejoin' }).waitFor();
    await Promise.all([alice.leave(), bob.leave(), closeContext(page.context())]);
  });
});
