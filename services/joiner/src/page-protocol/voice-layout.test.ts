import { expect, it } from 'vitest';
import {
  decodeDeviceMessage,
  decodeVoiceReport,
  encodeDeviceMessage,
  encodeVoiceReport,
  type DeviceMessage,
  type VoiceReport,
} from './voice-layout.ts';

it.each<DeviceMessage>([
  { kind: 'pcm', stop: 7, pcm: Int16Array.of(1, -2, 32_767) },
  { kind: 'stop', stop: 4_000_000_000 },
  { kind: 'picture', jpeg: Uint8Array.of(0xff, 0xd8, 1) },
  { kind: 'picture', jpeg: new Uint8Array() },
])('carries a $kind down', (message) => {
  expect(decodeDeviceMessage(encodeDeviceMessage(message).buffer)).toEqual(message);
});

it('takes nothing for a message that is none', () => {
  expect(decodeDeviceMessage(new ArrayBuffer(7))).toBeUndefined();
  expect(decodeDeviceMessage(new ArrayBuffer(8))).toBeUndefined();
  const odd = encodeDeviceMessage({ kind: 'pcm', stop: 0, pcm: Int16Array.of(1) }).slice(0, 9);
  expect(decodeDeviceMessage(odd.buffer)).toBeUndefined();
});

const report: VoiceReport = {
  ...{ stop: 3, isPlaying: true, microphones: 2, sounded: 2 ** 33, buffered: 9600, at: 1_700_000_000_000.25 },
};

it('carries a report up', () => {
  expect(decodeVoiceReport(encodeVoiceReport(report))).toEqual(report);
});

it.each<[string, (view: DataView) => void]>([
  ['another kind', (view) => view.setUint8(0, 1)],
  ['unknown flags', (view) => view.setUint8(1, 2)],
  ['half a sample', (view) => view.setFloat64(8, 0.5, true)],
  ['samples before the first', (view) => view.setFloat64(8, -1, true)],
  ['more samples than there is time for', (view) => view.setFloat64(8, 2 ** 40, true)],
  ['no number of samples', (view) => view.setFloat64(8, Number.NaN, true)],
  ['no time', (view) => view.setFloat64(20, Number.POSITIVE_INFINITY, true)],
])('takes no report with %s', (_, spoil) => {
  const bytes = encodeVoiceReport(report);
  spoil(new DataView(bytes.buffer));
  expect(decodeVoiceReport(bytes)).toBeUndefined();
});

it('takes no report of another length', () => {
  expect(decodeVoiceReport(encodeVoiceReport(report).subarray(1))).toBeUndefined();
  expect(decodeVoiceReport(new Uint8Array(4096))).toBeUndefined();
});
