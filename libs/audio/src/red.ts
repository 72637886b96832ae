/** The primary block of a redundant payload: the newest frame, and the payload type it has by itself. */
export interface RedPrimary {
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

/**
 * Takes the primary block out of an RFC 2198 payload; the redundant ones are left behind. The payload is a view, not a
 * copy. `undefined` when the headers promise more than there is.
 */
export function unwrapRed(payload: Uint8Array): RedPrimary | undefined {
  let next = 0;
  let redundantBytes = 0;
  for (;;) {
    const first = payload[next];
    if (first === undefined) return undefined;
    if ((first & 0x80) === 0) {
      const start = next + 1 + redundantBytes;
      return start > payload.length ? undefined : { payloadType: first, payload: payload.subarray(start) };
    }
    // F, 7 bits of type, 14 of timestamp offset, 10 of length (RFC 2198, section 3).
    const high = payload[next + 2];
    const low = payload[next + 3];
    if (high === undefined || low === undefined) return undefined;
    redundantBytes += ((high & 0x03) << 8) | low;
    next += 4;
  }
}
