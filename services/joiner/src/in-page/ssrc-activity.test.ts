import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { now } from './now.ts';
import { answerForSources, SsrcActivity, type ReceivedPacket } from './ssrc-activity.ts';

const packet = (more: Partial<ReceivedPacket>): ReceivedPacket => ({
  synchronizationSource: 1,
  contributingSources: [],
  audioLevel: 0.5,
  rtpTimestamp: 960,
  timestamp: now(),
  ...more,
});

describe('SsrcActivity', () => {
  it('names the sources of the last ten seconds as a browser does, the last one first', () => {
    const activity = new SsrcActivity();
    const at = now();
    activity.note(packet({ synchronizationSource: 1, timestamp: at - 11_000 }));
    activity.note(packet({ synchronizationSource: 2, contributingSources: [7, 8], timestamp: at - 500 }));
    activity.note(packet({ synchronizationSource: 3, contributingSources: [8], timestamp: at, rtpTimestamp: 1920 }));
    expect(activity.synchronization().map(({ source }) => source)).toEqual([3, 2]);
    expect(activity.contributing()).toEqual([
      { source: 8, rtpTimestamp: 1920, timestamp: at, audioLevel: 0.5 },
      { source: 7, rtpTimestamp: 960, timestamp: at - 500, audioLevel: 0.5 },
    ]);
  });

  it('has no level where the sender says none, and gives copies', () => {
    const activity = new SsrcActivity();
    activity.note(packet({ audioLevel: undefined }));
    const [given] = activity.synchronization();
    expect(given).not.toHaveProperty('audioLevel');
    Object.assign(given ?? {}, { source: 9 });
    expect(activity.synchronization()[0]?.source).toBe(1);
  });
});

describe('answerForSources', () => {
  class FakeReceiver {
    getSynchronizationSources(): unknown[] {
      return ['the browser’s'];
    }
    getContributingSources(): unknown[] {
      return [];
    }
  }
  beforeEach(() => void vi.stubGlobal('RTCRtpReceiver', class extends FakeReceiver {}));
  afterEach(() => void vi.unstubAllGlobals());

  it('answers for receivers that are tapped, and leaves the others to the browser', () => {
    Object.defineProperties(RTCRtpReceiver.prototype, Object.getOwnPropertyDescriptors(FakeReceiver.prototype));
    const [tapped, other] = [new RTCRtpReceiver(), new RTCRtpReceiver()];
    const activityOf = answerForSources();
    expect(activityOf(tapped)).toBe(activityOf(tapped));
    expect(tapped.getSynchronizationSources()).toEqual([]);
    activityOf(tapped).note(packet({ synchronizationSource: 5, contributingSources: [6] }));
    expect(tapped.getSynchronizationSources()).toMatchObject([{ source: 5 }]);
    expect(tapped.getContributingSources()).toMatchObject([{ source: 6 }]);
    expect(other.getSynchronizationSources()).toEqual(['the browser’s']);
  });
});
