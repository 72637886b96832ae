import type { Tap } from '../page-protocol/page-message.ts';
import { attachAudioTap, attachVideoTap, passVideo } from './encoded-tap.ts';
import type { FrameBatcher } from './frame-batcher.ts';
import { tellIdentities } from './identities.ts';
import { answerForSources } from './ssrc-activity.ts';
import { nameTracks } from './track-names.ts';
import { attachTrackTap } from './track-tap.ts';
import type { VideoSender } from './video-sender.ts';

export interface ConnectionTapOptions {
  readonly batcher: FrameBatcher;
  /** Keeps a track that is tapped from being played. */
  readonly keepSilent: (track: MediaStreamTrack) => void;
  /** Whether the page must not find `createEncodedStreams`. */
  readonly hidesEncodedStreams: boolean;
  /** Gets the video; absent where nobody wants it. */
  readonly video: VideoSender | undefined;
  /** Whether what the page shows is filmed: then it decodes its video as it likes. */
  readonly isFilmed: boolean;
}

/**
 * Stands before RTCPeerConnection and taps each receiver the moment it exists. It has to be that moment: Chromium closes
 * the way to a receiver's encoded frames in the task after the one that made it.
 */
export function tapConnections(options: ConnectionTapOptions): void {
  const { batcher, keepSilent, hidesEncodedStreams, video, isFilmed } = options;
  const Native = window.RTCPeerConnection;
  if (!Native) return;
  const create = RTCRtpReceiver.prototype.createEncodedStreams;
  const createOutgoing = RTCRtpSender.prototype.createEncodedStreams;
  const released = new WeakSet<RTCRtpSender>();
  /** By their numbers. */
  const tapped = new WeakMap<RTCRtpReceiver, number>();
  /** Connections whose page uses the encoded frames itself, for encryption: there the sound is taken decoded. */
  const reserved = new WeakSet<RTCPeerConnection>();
  /** By their numbers. */
  const open = new Map<number, RTCPeerConnection>();
  const numbers = new WeakMap<RTCPeerConnection, number>();
  let made = 0;
  const sourcesOf = answerForSources();
  const nameTrack = nameTracks();
  const identify = tellIdentities(batcher, (connection) => numbers.get(connection));

  batcher.connected = () => {
    const connected: number[] = [];
    for (const [number, connection] of open) {
      if (connection.connectionState === 'closed') open.delete(number);
      else if (connection.connectionState === 'connected') connected.push(number);
    }
    return connected;
  };

  function tap(connection: RTCPeerConnection, receiver: RTCRtpReceiver): void {
    if (tapped.has(receiver)) return;
    const i = batcher.nextTrack();
    tapped.set(receiver, i);
    const media = receiver.track.kind === 'audio' ? 'audio' : 'video';
    const id = nameTrack(receiver.track, i);
    const tell = (by: Tap, why: string) =>
      batcher.event({ kind: 'track', track: i, id, media, tap: by, why, connection: numbers.get(connection) });
    let why = 'no encoded streams';
    if (reserved.has(connection)) why = 'the page uses the encoded frames';
    else if (create) {
      try {
        const target = { receiver, create, batcher };
        if (media === 'audio') {
          attachAudioTap(target, i, sourcesOf(receiver));
          keepSilent(receiver.track);
        } else if (isFilmed) passVideo(target);
        else attachVideoTap(target, i, video);
        return tell('encoded', '');
      } catch (error) {
        why = error instanceof DOMException ? error.name : 'error';
      }
    }
    if (media !== 'audio') {
      tell('none', why);
      return video?.captureTab();
    }
    try {
      attachTrackTap(receiver.track, i, batcher);
      tell('track', why);
    } catch {
      tell('none', why);
    }
  }

  /** Where encoded streams can be had, Chromium sends nothing of a sender until somebody passes its frames on. */
  function release(sender: RTCRtpSender): void {
    if (released.has(sender) || !createOutgoing) return;
    released.add(sender);
    try {
      const { readable, writable } = createOutgoing.call(sender);
      readable.pipeTo(writable).catch(() => {});
    } catch {
      // Nothing of this bot is sent, and all sound is received.
    }
  }

  function scan(connection: RTCPeerConnection): void {
    if (!reserved.has(connection)) for (const sender of connection.getSenders()) release(sender);
    for (const receiver of connection.getReceivers()) tap(connection, receiver);
  }

  const wrapped = new Proxy(Native, {
    construct(target, [config, ...rest], newTarget) {
      const isReserved = Boolean(
        (config as { encodedInsertableStreams?: boolean } | undefined)?.encodedInsertableStreams,
      );
      const patched = { ...(config as RTCConfiguration | undefined), encodedInsertableStreams: true };
      const connection = Reflect.construct(target, [patched, ...rest], newTarget) as RTCPeerConnection;
      batcher.expectFrames();
      if (isReserved) reserved.add(connection);
      numbers.set(connection, made);
      open.set(made, connection);
      made += 1;
      connection.addEventListener('track', ({ receiver, streams }) => {
        tap(connection, receiver);
        const [track, stream] = [tapped.get(receiver), streams[0]];
        if (video && track !== undefined && stream) batcher.event({ kind: 'stream', track, stream: stream.id });
      });
      return connection;
    },
  });

  // What a connection was made with cannot be taken from it: a page that changes the rest must not seem to try.
  const { setConfiguration } = Native.prototype;
  Native.prototype.setConfiguration = function (this: RTCPeerConnection, config?: RTCConfiguration) {
    setConfiguration.call(this, { ...config, encodedInsertableStreams: true } as RTCConfiguration);
  };
  after(Native.prototype, 'addTransceiver', scan);
  after(Native.prototype, 'addTrack', scan);
  after(Native.prototype, 'setRemoteDescription', scan);
  after(Native.prototype, 'setRemoteDescription', identify);
  after(Native.prototype, 'setLocalDescription', identify);
  Object.defineProperty(Native.prototype, 'constructor', { value: wrapped, writable: true, configurable: true });
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) {
    Object.defineProperty(window, name, { value: wrapped, writable: true, configurable: true });
  }
  if (hidesEncodedStreams) {
    delete RTCRtpReceiver.prototype.createEncodedStreams;
    delete (RTCRtpSender.prototype as { createEncodedStreams?: unknown }).createEncodedStreams;
  }
}

/** Has `then` look at a connection after each call of a method, before the page itself learns of its result. */
function after(prototype: RTCPeerConnection, method: string, then: (connection: RTCPeerConnection) => void): void {
  const target = prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  const native = target[method];
  if (!native) return;
  target[method] = new Proxy(native, {
    apply(call, connection: RTCPeerConnection, args) {
      const result: unknown = Reflect.apply(call, connection, args);
      if (!(result instanceof Promise)) {
        then(connection);
        return result;
      }
      return result.then((value: unknown) => {
        then(connection);
        return value;
      });
    },
  });
}
