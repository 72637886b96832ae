import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpusTrackDecoder } from '@earshot/audio';

/** The packets of a fixture, 20 ms each. */
export function packetsOf(name: 'glide' | 'hum'): Uint8Array[] {
  const file = readFileSync(join(import.meta.dirname, 'fixtures', `${name}.opus-packets`));
  const packets: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = file.readUInt16LE(at);
    packets.push(file.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return packets;
}

/** What a listener makes of the packets. */
export async function decode(packets: readonly Uint8Array[]): Promise<Int16Array> {
  using decoder = await OpusTrackDecoder.create();
  return Int16Array.from(packets.flatMap((packet) => [...decoder.decode(packet)]));
}

/** How alike two signals are, from -1 to 1, at the shift (up to `within` samples) where they are most. */
export function likeness(source: Int16Array, heard: Int16Array, within = 4800): { likeness: number; shift: number } {
  let best = { likeness: -1, shift: 0 };
  const tryShift = (shift: number, step: number) => {
    let [dot, sourceEnergy, heardEnergy] = [0, 0, 0];
    for (let index = 0; index < source.length; index += step) {
      const a = source[index] ?? 0;
      const b = heard[index + shift] ?? 0;
      dot += a * b;
      sourceEnergy += a * a;
      heardEnergy += b * b;
    }
    const found = dot / Math.sqrt(sourceEnergy * heardEnergy || 1);
    if (found > best.likeness) best = { likeness: found, shift };
  };
  for (let shift = -within; shift <= within; shift += 8) tryShift(shift, 16);
  const around = best.shift;
  best = { likeness: -1, shift: 0 };
  for (let shift = around - 8; shift <= around + 8; shift++) tryShift(shift, 1);
  return best;
}

/** Two signals as they sound together. */
export function mixed(a: Int16Array, b: Int16Array): Int16Array {
  return a.map((sample, index) => Math.max(-32768, Math.min(32767, sample + (b[index] ?? 0))));
}
