import type { FrameBatcher } from './frame-batcher.ts';

/** Of one description: a certificate may have a fingerprint by each hash. */
const MAX_FINGERPRINTS = 4;

/**
 * Reports by which certificates a connection is known, its own and the other side's, whenever its descriptions change: who is at
 * the other end of a connection cannot be forged, since DTLS does not begin with another certificate (RFC 8122, section 5). Sent at
 * once, and so before anything that comes by it; and whether it is to take what this page sends.
 */
export function tellIdentities(
  batcher: FrameBatcher,
  numberOf: (connection: RTCPeerConnection) => number | undefined,
): (connection: RTCPeerConnection) => void {
  const { prototype } = window.RTCPeerConnection;
  const read = (name: 'localDescription' | 'remoteDescription') =>
    Object.getOwnPropertyDescriptor(prototype, name)?.get as
      ((this: RTCPeerConnection) => RTCSessionDescription | null) | undefined;
  const [local, remote] = [read('localDescription'), read('remoteDescription')];
  const told = new WeakMap<RTCPeerConnection, string>();
  return (connection) => {
    const number = numberOf(connection);
    if (number === undefined) return;
    const ends = {
      local: fingerprintsOf(local?.call(connection)),
      remote: fingerprintsOf(remote?.call(connection)),
      sends: connection.getTransceivers().some(({ currentDirection }) => currentDirection?.startsWith('send') === true),
    };
    const text = JSON.stringify(ends);
    if (told.get(connection) === text) return;
    told.set(connection, text);
    batcher.urgent({ kind: 'connection', connection: number, ...ends });
  };
}

function fingerprintsOf(description: RTCSessionDescription | null | undefined): string[] {
  const lines = (description?.sdp ?? '').matchAll(/^a=fingerprint:(\S+ [0-9a-f:]+)/gim);
  const each = Array.from(lines, ([, value = '']) => value.toLowerCase().replaceAll(':', ''));
  return [...new Set(each)].slice(0, MAX_FINGERPRINTS);
}
