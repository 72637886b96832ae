import { between, createReach, indexOf } from './ice-address.ts';

/**
 * Keeps a page's connections from private addresses that the operator did not list: their UDP goes past the browsers' proxy.
 * What it lets pass it passes on as a copy of its own make, so that nobody is shown one thing and uses another. It stands in
 * every frame and window, before the page's own scripts. Names of STUN and TURN servers are looked up by the browser: one that
 * leads to a private address is for the network around the joiner to stop.
 */
export function guardConnections(allow: readonly string[]): void {
  const Native = window.RTCPeerConnection;
  if (!Native) return;
  const { mayReach, mayAsk } = createReach(allow);
  // What the page patches later is not used: each is called as it was before the page's scripts.
  const { apply, construct } = Reflect;
  const iterate = Symbol.iterator;
  const lower = Function.prototype.call.bind(String.prototype.toLowerCase) as (text: string) => string;
  const isArray = Array.isArray;

  /** `[a=]candidate:` foundation component protocol priority address port ..., one blank between two (RFC 8839, 5.1). */
  function isCandidateAllowed(line: string): boolean {
    let from = 0;
    for (let field = 0; field < 4; field++) {
      const to = indexOf(line, ' ', from);
      if (to === from || to === line.length) return false;
      from = to + 1;
    }
    const end = indexOf(line, ' ', from);
    const portEnd = indexOf(line, ' ', end + 1);
    if (end >= line.length) return false;
    return mayReach(lower(between(line, from, end)), between(line, end + 1, portEnd));
  }

  function startsWith(text: string, start: string): boolean {
    return text.length >= start.length && between(text, 0, start.length) === start;
  }

  /** The description without the candidates that may not be tried. */
  function withoutPrivate(sdp: string): string {
    let kept = '';
    for (let from = 0; from < sdp.length;) {
      const to = indexOf(sdp, '\n', from);
      const end = to > from && sdp[to - 1] === '\r' ? to - 1 : to;
      const line = between(sdp, from, end);
      const isKept = !startsWith(lower(line), 'a=candidate') || isCandidateAllowed(line);
      if (isKept) kept += between(sdp, from, to < sdp.length ? to + 1 : to);
      from = to + 1;
    }
    return kept;
  }

  /** `stun:host[:port]`, `turn:[v6]:port?transport=udp` and their likes (RFC 7064, 7065). */
  function isServerAllowed(url: string): boolean {
    const start = indexOf(url, ':') + 1;
    const end = indexOf(url, '?', start);
    const isBracketed = url[start] === '[';
    const hostEnd = isBracketed ? indexOf(url, ']', start) : indexOf(url, ':', start);
    const host = isBracketed ? between(url, start + 1, hostEnd) : between(url, start, hostEnd < end ? hostEnd : end);
    const portStart = (isBracketed ? hostEnd + 1 : hostEnd) + 1;
    return mayAsk(lower(host), portStart < end ? between(url, portStart, end) : '3478');
  }

  /** A list that the page cannot change on its way to the browser: what a list is read by is its own. */
  function listOf<T>(items: readonly T[], count: number): T[] {
    return {
      __proto__: null,
      [iterate]: () => {
        let at = 0;
        return { __proto__: null, next: () => ({ __proto__: null, done: at >= count, value: items[at++] }) };
      },
    } as unknown as T[];
  }

  /** A copy without the servers that may not be asked; each address of a server stands for itself. */
  function withoutPrivateServers(config: RTCConfiguration | undefined | null): RTCConfiguration {
    const copy = { ...config, __proto__: null } as RTCConfiguration;
    const given = copy.iceServers;
    if (given === undefined || given === null) return copy;
    const kept: Record<number, RTCIceServer> = Object.create(null) as Record<number, RTCIceServer>;
    let count = 0;
    for (const server of given) {
      const { urls, username, credential } = server;
      const all = isArray(urls) ? urls : [urls];
      for (let at = 0; at < all.length; at++) {
        const url = `${all[at]}`;
        if (isServerAllowed(url)) kept[count++] = { __proto__: null, urls: url, username, credential } as RTCIceServer;
      }
    }
    copy.iceServers = listOf(kept as unknown as RTCIceServer[], count);
    return copy;
  }

  const handler: ProxyHandler<typeof Native> & { __proto__: null } = {
    __proto__: null,
    construct(target, [config, ...rest], newTarget) {
      const own = [withoutPrivateServers(config as RTCConfiguration), ...rest];
      return construct(target, own, newTarget) as RTCPeerConnection;
    },
  };
  const guarded = new Proxy(Native, handler);
  const { addIceCandidate, setRemoteDescription, setConfiguration } = Native.prototype;

  Native.prototype.addIceCandidate = async function (
    this: RTCPeerConnection,
    given?: RTCIceCandidateInit | null,
    ...callbacks: unknown[]
  ) {
    const { candidate, sdpMid = null, sdpMLineIndex = null, usernameFragment = null } = given ?? {};
    const text = candidate === undefined || candidate === null ? '' : `${candidate}`;
    // Reported to nobody else: for the page it is a candidate that leads nowhere.
    if (text !== '' && !isCandidateAllowed(text)) return (callbacks[0] as (() => void) | undefined)?.();
    const own = { __proto__: null, candidate: text, sdpMid, sdpMLineIndex, usernameFragment };
    return (await apply(addIceCandidate, this, [given ? own : given, ...callbacks])) as undefined;
  } as typeof addIceCandidate;
  Native.prototype.setRemoteDescription = async function (
    this: RTCPeerConnection,
    given: RTCSessionDescriptionInit,
    ...rest: unknown[]
  ) {
    const { type, sdp } = given;
    const own = { __proto__: null, type: `${type}`, sdp: sdp === undefined ? sdp : withoutPrivate(`${sdp}`) };
    return (await apply(setRemoteDescription, this, [own, ...rest])) as undefined;
  } as typeof setRemoteDescription;
  Native.prototype.setConfiguration = function (this: RTCPeerConnection, config?: RTCConfiguration) {
    apply(setConfiguration, this, [withoutPrivateServers(config)]);
  };
  Object.defineProperty(Native.prototype, 'constructor', { value: guarded, writable: true, configurable: true });
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) {
    Object.defineProperty(window, name, { value: guarded, writable: true, configurable: true });
  }
}
