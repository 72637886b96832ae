import { now } from './now.ts';
import { wrapMethod } from './wrap-method.ts';

/** How long sources that were received are named (W3C WebRTC, RTCRtpReceiver.getContributingSources). */
const NAMED_MS = 10_000;

/** What a packet says of whose sound is in it. */
export interface ReceivedPacket {
  readonly synchronizationSource: number;
  readonly contributingSources: readonly number[];
  /** Linear, 0 to 1. */
  readonly audioLevel: number | undefined;
  readonly rtpTimestamp: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** Whose sound a receiver had of late, as the browser would report. */
export class SsrcActivity {
  #synchronization = new Map<number, RTCRtpContributingSource>();
  #contributing = new Map<number, RTCRtpContributingSource>();

  note({ synchronizationSource, contributingSources, audioLevel, rtpTimestamp, timestamp }: ReceivedPacket): void {
    const sound = { rtpTimestamp, timestamp, ...(audioLevel !== undefined && { audioLevel }) };
    this.#synchronization.set(synchronizationSource, { source: synchronizationSource, ...sound });
    for (const source of contributingSources) this.#contributing.set(source, { source, ...sound });
  }

  synchronization(): RTCRtpContributingSource[] {
    return recent(this.#synchronization);
  }

  contributing(): RTCRtpContributingSource[] {
    return recent(this.#contributing);
  }
}

/** The source that was received last comes first. */
function recent(heard: Map<number, RTCRtpContributingSource>): RTCRtpContributingSource[] {
  const since = now() - NAMED_MS;
  for (const [source, { timestamp }] of heard) if (timestamp < since) heard.delete(source);
  return Array.from(heard.values(), (each) => ({ ...each })).sort((a, b) => b.timestamp - a.timestamp);
}

/**
 * Pages show their marks of speaking by a receiver's sources, which the browser learns from what it plays. Of receivers that
 * are tapped, and so not played, the tap knows them. Answers where it gives them.
 */
export function answerForSources(): (receiver: RTCRtpReceiver) => SsrcActivity {
  const known = new WeakMap<RTCRtpReceiver, SsrcActivity>();
  const { prototype } = RTCRtpReceiver;
  wrapMethod(
    prototype,
    'getSynchronizationSources',
    (call, receiver) => known.get(receiver)?.synchronization() ?? call(),
  );
  wrapMethod(prototype, 'getContributingSources', (call, receiver) => known.get(receiver)?.contributing() ?? call());
  return (receiver) => {
    const heard = known.get(receiver) ?? new SsrcActivity();
    known.set(receiver, heard);
    return heard;
  };
}
