import { expect, it } from 'vitest';
import { VoicePlayer, type PlayerReport } from './voice-player.ts';

const BLOCK = 128;
const tone = (length: number, from = 0) =>
  Int16Array.from({ length }, (_, at) => 12_000 * Math.cos((2 * Math.PI * 300 * (from + at)) / 48_000));

/** Plays blocks; what sounded, and what was reported. */
function rig() {
  const player = new VoicePlayer();
  const sound: number[] = [];
  const reports: PlayerReport[] = [];
  function play(samples: number): void {
    for (let played = 0; played < samples; played += BLOCK) {
      const block = new Float32Array(BLOCK);
      player.render(block);
      sound.push(...block);
      const report = player.takeReport();
      if (report) reports.push(report);
    }
  }
  return { player, play, sound, reports };
}

/** The largest step from one sample to the next; the tone's own is 0.0144. */
const largestStep = (sound: readonly number[]) =>
  Math.max(...sound.map((sample, at) => Math.abs(sample - (sound[at - 1] ?? 0))));
const CLICK = 0.03;

it('is silent, and reports nothing, until there is something to play', () => {
  const { play, sound, reports } = rig();
  play(4800);
  expect({ reports, isSilent: sound.every((sample) => sample === 0) }).toEqual({ reports: [], isSilent: true });
});

it('plays what comes in pieces without a click, and says when it begins, how far it is, and when nothing is left', () => {
  const { player, play, sound, reports } = rig();
  for (let at = 0; at < 48 * 1024; at += 1024) {
    player.push(tone(1024, at));
    play(1024);
  }
  play(9600);
  expect(largestStep(sound)).toBeLessThan(CLICK);
  expect(reports[0]).toMatchObject({ sounded: BLOCK, isPlaying: true });
  expect(reports.at(-1)).toEqual({ stop: 0, sounded: 48 * 1024, buffered: 0, isPlaying: false });
  expect(reports.length).toBeLessThanOrEqual(23);
  // It began within 40 ms of its first sample, and kept the rest as it was.
  const from = sound.findIndex((sample) => sample !== 0);
  expect(from).toBeLessThanOrEqual(1920 + BLOCK);
  const played = sound.slice(from - 1 + 192, from - 1 + 48 * 1024);
  expect(Math.max(...played.map((sample, at) => Math.abs(sample - (tone(1, at + 192)[0] ?? 0) / 32_768)))).toBeLessThan(
    1e-6,
  );
});

it('begins with a short sound, too', () => {
  const { player, play, reports } = rig();
  player.push(tone(480));
  play(1920 + 2 * BLOCK + 480);
  expect(reports.at(-1)).toMatchObject({ sounded: 480, isPlaying: false });
});

it('falls silent softly where nothing comes in time, and goes on when it does', () => {
  const { player, play, sound, reports } = rig();
  player.push(tone(5000));
  play(9600);
  player.push(tone(5000, 5000));
  play(9600);
  expect(largestStep(sound)).toBeLessThan(CLICK);
  expect(reports.at(-1)).toMatchObject({ sounded: 10_000, buffered: 0, isPlaying: false });
  expect(reports.filter(({ isPlaying }) => !isPlaying)).toHaveLength(2);
});

it('is silent within four milliseconds of a stop, and plays what comes behind it', () => {
  const { player, play, sound, reports } = rig();
  player.push(tone(24_000));
  play(9600);
  const at = sound.length;
  player.stop(1);
  player.push(tone(4800));
  play(384);
  expect(sound.slice(at + 192 + 192).every((sample) => sample === 0)).toBe(true);
  expect(reports.at(-1)).toMatchObject({ stop: 1, sounded: reports.at(-1)?.sounded, isPlaying: true });
  play(9600);
  expect(largestStep(sound)).toBeLessThan(CLICK);
  const stopped = reports.find(({ stop }) => stop === 1);
  expect(stopped?.isPlaying).toBe(false);
  expect(reports.at(-1)?.sounded).toBe((stopped?.sounded ?? 0) + 4800);
  // There is nothing to stop any more.
  player.stop(2);
  expect(player.takeReport()).toMatchObject({ stop: 2, buffered: 0 });
});

it('keeps no more than fits', () => {
  const { player, play, reports } = rig();
  player.push(tone(200_000));
  play(200_000);
  expect(reports.at(-1)).toMatchObject({ sounded: VoicePlayer.RING, buffered: 0 });
});

it('needs nothing but its own text', () => {
  const player = new Function(`${VoicePlayer.toString()}; return new VoicePlayer();`)() as VoicePlayer;
  player.push(tone(4800));
  const block = new Float32Array(BLOCK);
  for (let blocks = 0; blocks < 10; blocks += 1) player.render(block);
  expect(block.some((sample) => sample !== 0)).toBe(true);
});
