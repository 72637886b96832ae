import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { samplesOf } from '@earshot/demo';
import { eventually, findSpeech } from '@earshot/harness';
import { closeContext, type Room } from '@earshot/lab';
import { setUpFace } from './fixture.ts';
import { loudestWhile } from './visitor.ts';

const sentence = 'the quick brown fox jumps over the lazy dog';

describe('the plain face', { timeout: 60_000 }, () => {
  const { createRoom, newPage } = setUpFace();

  async function visit(room: Room, name: string): Promise<Page> {
    const page = await newPage();
    await page.goto(room.link);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: room.hasLobby ? 'Ask to join' : 'Join' }).click();
    return page;
  }

  it('lets two participants hear and see each other', async ({ signal }) => {
    const room = createRoom({ face: 'web' });
    const [alice, bob] = await Promise.all([room.join({ name: 'Alice', camera: true }), room.join({ name: 'Bob' })]);
    await bob.page.locator('figure[aria-label=Alice] audio').waitFor({ state: 'attached' });

    const listening = await bob.listen('Alice');
    const { startedAt, endedAt } = await alice.say(sentence);
    const recorded = await listening.recorded({ until: endedAt + 500 });
    await listening.stop();
    const afterAlice = [(await bob.heard())['Alice'], (await alice.heard())['Bob']];
    await bob.say(sentence);
    const afterBob = (await alice.heard())['Bob'];

    expect(endedAt - startedAt).toBeGreaterThan(2000);
    const spoken = await samplesOf(sentence);
    const expected = Math.max(0, Math.round((startedAt - recorded.startedAt) * 48));
    // What was said, and not long after it was. A jitter buffer of a machine that is short of time stretches it here and there.
    const match = findSpeech(recorded.samples, spoken, { from: expected, to: expected + 48_000 });
    expect(match.correlation).toBeGreaterThan(0.7);
    expect(afterAlice[0]?.audioEnergy).toBeGreaterThan(0.05);
    expect(afterAlice[0]?.videoFrames).toBeGreaterThan(10);
    expect(afterAlice[1]?.audioEnergy).toBeLessThan(0.001);
    expect(afterBob?.audioEnergy).toBeGreaterThan(0.05);
    await Promise.all([alice.leave(), bob.leave()]);
    await room.waitUntilEmpty({ signal });
  });

  it('takes voices and pictures through a forwarding unit: everybody sends once, whoever comes and goes', async ({
    signal,
  }) => {
    const room = createRoom({ face: 'web', variants: ['forwarder'] });
    const alice = await room.join({ name: 'Alice', camera: true });
    const [bob, page] = await Promise.all([room.join({ name: 'Bob' }), visit(room, 'Visitor')]);
    await room.waitForParticipant('Visitor', { signal });
    await page.waitForFunction('document.querySelector("figure[aria-label=Alice] video")?.videoWidth > 0');

    expect(await loudestWhile(page, alice.say(sentence))).toBeGreaterThan(0.02);
    expect((await bob.heard())['Alice']?.audioEnergy).toBeGreaterThan(0.05);
    expect((await bob.heard())['Alice']?.videoFrames).toBeGreaterThan(10);
    expect((await alice.heard())['Bob']?.audioEnergy).toBeLessThan(0.001);
    await bob.setCamera(true);
    await page.waitForFunction('document.querySelector("figure[aria-label=Bob] video")?.videoWidth > 0');
    expect(Object.keys(await alice.sentTo())).toHaveLength(1);

    await alice.leave();
    await page.locator('figure[aria-label=Alice]').waitFor({ state: 'detached' });
    expect(await loudestWhile(page, bob.say('one two three'))).toBeGreaterThan(0.02);
    expect(Object.keys(await bob.heard())).not.toContain('Alice');
    await Promise.all([closeContext(page.context()), bob.leave()]);
    await room.waitUntilEmpty({ signal });
  });

  it('plays to a visitor without devices, and marks who speaks', async ({ signal }) => {
    const room = createRoom({ face: 'web' });
    const [alice, bob, page] = await Promise.all([
      room.join({ name: 'Alice' }),
      room.join({ name: 'Bob' }),
      visit(room, 'Visitor'),
    ]);
    await room.waitForParticipant('Visitor', { signal });
    await page.waitForFunction('[...document.querySelectorAll("audio")].filter((a) => a.currentTime > 0).length === 2');
    expect(await page.evaluate('typeof window.lab')).toBe('undefined');

    const speaking = alice.say(sentence);
    await page.locator('figure[aria-label=Alice][data-speaking=true]').waitFor();
    expect(await page.locator('figure[aria-label=Bob]').getAttribute('data-speaking')).toBe('false');
    expect(await loudestWhile(page, speaking)).toBeGreaterThan(0.02);
    await page.locator('figure[aria-label=Alice][data-speaking=false]').waitFor();

    await alice.mute();
    // A page that is behind still plays what was said before.
    const isQuiet = async () => (await loudestWhile(page, page.waitForTimeout(250))) < 0.001;
    await eventually(isQuiet, { signal });
    expect(await loudestWhile(page, alice.say('nobody hears this'))).toBeLessThan(0.001);
    await Promise.all([closeContext(page.context()), alice.leave(), bob.leave()]);
    await room.waitUntilEmpty({ signal });
  });

  it.concurrent('carries chat both ways and cameras that are turned on later', async ({ signal }) => {
    const room = createRoom({ face: 'web' });
    const alice = await room.join({ name: 'Alice' });
    const page = await visit(room, 'Visitor');
    await room.waitForParticipant('Visitor', { signal });
    await alice.sendChat('hello there');
    await page.getByText('hello there').waitFor();
    await page.getByLabel('Message', { exact: true }).fill('hello Alice');
    await page.getByRole('button', { name: 'Send' }).click();
    await alice.page.getByText('hello Alice').waitFor({ state: 'attached' });
    expect(room.chat.map(({ name, text }) => `${name}: ${text}`)).toEqual([
      'Alice: hello there',
      'Visitor: hello Alice',
    ]);

    await alice.setCamera(true);
    await page.waitForFunction('document.querySelector("figure[aria-label=Alice] video")?.videoWidth > 0');
    await alice.setCamera(false);
    await page.locator('figure[aria-label=Alice] video').waitFor({ state: 'detached' });
    await closeContext(page.context());
    await alice.leave();
  });

  it.concurrent('notices at once who leaves and whose tab is gone', async ({ signal }) => {
    const room = createRoom({ face: 'web' });
    const [alice, bob, page] = await Promise.all([
      room.join({ name: 'Alice' }),
      room.join({ name: 'Bob' }),
      visit(room, 'Visitor'),
    ]);
    await page.locator('figure').nth(2).waitFor();
    await alice.vanish();
    await room.waitUntilGone('Alice', { signal });
    await page.locator('figure[aria-label=Alice]').waitFor({ state: 'detached' });
    await bob.leave();
    await page.locator('figure[aria-label=Bob]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByText('You left the meeting').waitFor();
    await room.waitUntilEmpty({ signal });
  });

  it.concurrent('keeps visitors of a lobby waiting until the host decides', async ({ signal }) => {
    const room = createRoom({ face: 'web', lobby: true });
    const pages = Object.fromEntries(
      await Promise.all(['Ann', 'Ben', 'Cat'].map(async (name) => [name, await visit(room, name)] as const)),
    );
    for (const [name, page] of Object.entries(pages)) {
      await room.waitForKnock(name, { signal });
      await page.getByText('You are in the waiting room').waitFor();
    }
    expect(room.participants()).toEqual([]);
    room.host.deny('Ann');
    await pages['Ann']?.getByText('The host denied your request').waitFor();
    room.host.admit('Ben');
    room.host.admit('Cat');
    await pages['Cat']?.locator('figure').nth(1).waitFor();
    room.host.remove('Ben');
    await pages['Ben']?.getByText('You were removed from the meeting').waitFor();
    room.host.end();
    await pages['Cat']?.getByText('The meeting has ended').waitFor();
    expect(room.participants()).toEqual([]);
    expect(() => room.host.admit('Ann')).toThrow('nobody of that name there');
  });
});
