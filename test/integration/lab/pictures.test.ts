import { describe, expect, it } from 'vitest';
import { eventually, measureAvOffset, nearestColour, patchColour, readCounter } from '@earshot/harness';
import { screenColour, type Capture, type LabParticipant, type PictureSource } from '@earshot/lab';
import { setUpFace } from './fixture.ts';

/** Enough to see that numbers rise. */
const leastFrames = 5;
/** A machine that keeps threads waiting holds sound or pictures back; what is never together was not made together. */
const togetherMs = 100;

/** What comes in a second or two; a busy machine is asked again until it is enough. */
function film(by: LabParticipant, name: string, { signal, source }: { signal: AbortSignal; source?: PictureSource }) {
  const look = async () => {
    const capture = await by.capture(name, { durationMs: source === 'screen' ? 2000 : 1000, source });
    return capture.frames.length >= leastFrames && capture;
  };
  return eventually(look, { signal });
}

/** The numbers of all pictures, none of which may be unreadable. */
function numbersOf({ frames }: Capture): number[] {
  const numbers = frames.map((frame) => readCounter(frame) ?? Number.NaN);
  expect(numbers).not.toContain(Number.NaN);
  return numbers;
}

function expectRising(numbers: readonly number[]): void {
  expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
}

/** Waits until enough of a picture is received that it comes as it is meant to. */
async function isReceived(by: LabParticipant, name: string, source: PictureSource, signal: AbortSignal) {
  await eventually(async () => ((await by.received(name, source))?.frames ?? 0) >= leastFrames, { signal });
  return (await by.received(name, source))?.codec;
}

describe('pictures', { timeout: 120_000 }, () => {
  const { createRoom, newPage } = setUpFace();

  it('come in the codec that was chosen, numbered and in their person’s colour, with a sound that fits; so does a screen', async ({
    signal,
  }) => {
    const room = createRoom({ face: 'web' });
    const alice = await room.join({ name: 'Alice', camera: true });
    const bob = await room.join({ name: 'Bob', camera: { codec: 'H264', width: 640, height: 360 } });
    const carol = await room.join({ name: 'Carol', camera: { codec: 'AV1' } });
    const codecs = await Promise.all([
      isReceived(bob, 'Alice', 'camera', signal),
      isReceived(carol, 'Bob', 'camera', signal),
      isReceived(alice, 'Carol', 'camera', signal),
    ]);
    expect(codecs).toEqual(['VP8', 'H264', 'AV1']);

    const captures = await Promise.all([
      film(bob, 'Alice', { signal }),
      film(carol, 'Bob', { signal }),
      film(alice, 'Carol', { signal }),
    ]);
    const colours = [alice, bob, carol].map(({ colour }) => colour);
    for (const [at, capture] of captures.entries()) {
      expectRising(numbersOf(capture));
      const seen = capture.frames.map((frame) => patchColour(frame));
      expect(new Set(seen.map((colour) => nearestColour(colour, colours)))).toEqual(new Set([colours[at]]));
    }

    const isTogether = async () => {
      const [capture] = await Promise.all([bob.capture('Alice', { durationMs: 1500 }), alice.flash()]);
      const { offsets } = await measureAvOffset(capture.frames, capture.sound);
      // The page knows how long its own buffers have held back what came.
      const beyond = capture.soundDelayMs - capture.pictureDelayMs;
      return offsets.some(({ offsetMs }) => Math.abs(offsetMs - beyond) < togetherMs);
    };
    await eventually(isTogether, { signal });

    const page = await newPage();
    await page.goto(room.link);
    await page.getByLabel('Your name').fill('Visitor');
    await page.getByRole('button', { name: 'Join' }).click();
    await room.waitForParticipant('Visitor', { signal });
    await alice.shareScreen({ text: 'the numbers of last week', codec: 'VP9' });
    await page.waitForFunction('document.querySelector("figure[data-screen-share] video")?.videoWidth === 1280');
    expect(await isReceived(bob, 'Alice', 'screen', signal)).toBe('VP9');
    const shown = await film(bob, 'Alice', { signal, source: 'screen' });
    expectRising(numbersOf(shown));
    expect(nearestColour(patchColour(shown.frames[0]!), [...colours, screenColour])).toBe(screenColour);
    expect((await bob.received('Alice'))?.codec).toBe('VP8');
    await alice.stopSharing();
    await page.locator('figure[data-screen-share]').waitFor({ state: 'detached' });

    const before = Math.max(...numbersOf(captures[1]));
    await bob.setCamera({ width: 320, height: 180 });
    await eventually(async () => (await alice.received('Bob'))?.width === 320, { signal });
    await bob.swapCamera();
    await bob.setCamera(false);
    await bob.setCamera(true);
    await isReceived(alice, 'Bob', 'camera', signal);
    const after = await film(alice, 'Bob', { signal });
    expectRising([before, ...numbersOf(after)]);
    await Promise.all([alice, bob, carol].map((person) => person.leave()));
  });

  it('go through a forwarding unit in every codec, a camera of several sizes in the one that a receiver asks for', async ({
    signal,
  }) => {
    const room = createRoom({ face: 'web', variants: ['forwarder'] });
    const large = { width: 640, height: 360 };
    const alice = await room.join({ name: 'Alice', camera: { ...large, simulcast: true } });
    const bob = await room.join({ name: 'Bob', camera: { codec: 'AV1' } });
    const carol = await room.join({ name: 'Carol', camera: { ...large, codec: 'VP9', svc: 'L2T3_KEY' } });
    const widthFor = async (person: LabParticipant) => (await person.received('Alice'))?.width;
    const codecs = await Promise.all([
      isReceived(carol, 'Alice', 'camera', signal),
      isReceived(carol, 'Bob', 'camera', signal),
      isReceived(bob, 'Carol', 'camera', signal),
    ]);
    expect(codecs).toEqual(['VP8', 'AV1', 'VP9']);
    await eventually(async () => (await widthFor(bob)) === 640 && (await widthFor(carol)) === 640, { signal });
    expect((await bob.received('Carol'))?.width).toBe(640);

    const [change] = await Promise.all([
      bob.capture('Alice', { durationMs: 2500 }),
      bob.wantPicture('Alice', { height: 180 }),
    ]);
    // The picture at which it changes may come in both sizes.
    const shown = numbersOf(change);
    expectRising([...new Set(shown)]);
    expect(shown.length - new Set(shown).size).toBeLessThanOrEqual(1);
    await eventually(async () => (await widthFor(bob)) === 320, { signal });
    expect(await widthFor(carol)).toBe(640);
    await bob.wantPicture('Alice', { height: 360 });
    await eventually(async () => (await widthFor(bob)) === 640, { signal });

    await alice.shareScreen({ codec: 'H264' });
    expect(await isReceived(bob, 'Alice', 'screen', signal)).toBe('H264');
    expectRising(numbersOf(await film(bob, 'Alice', { signal, source: 'screen' })));
    expect(room.participants().find(({ name }) => name === 'Alice')?.share).toBeTruthy();
    await alice.stopSharing();
    await room.waitFor(() => room.participants().every(({ share }) => !share), { signal });
    await Promise.all([alice, bob, carol].map((person) => person.leave()));
  });

  it('show a screen by the marks of each platform', async () => {
    const marks = {
      'google-meet': '[data-participant-id][data-tile-media-id$="/screen"] video',
      teams: '[data-stream-type=ScreenSharing] video',
      zoom: '#sharee-container video-player[media-type=share] video',
    } as const;
    for (const [face, mark] of Object.entries(marks)) {
      const room = createRoom({ face: face as keyof typeof marks });
      const [alice, bob] = await Promise.all([room.join({ name: 'Alice' }), room.join({ name: 'Bob' })]);
      await alice.shareScreen();
      await bob.page.locator(mark).waitFor({ state: 'attached' });
      await alice.stopSharing();
      await bob.page.locator(mark).waitFor({ state: 'detached' });
      await Promise.all([alice.leave(), bob.leave()]);
    }
  });
});
