import type { InPageOptions } from '../page-protocol/options.ts';
import { DeviceLink, type DeviceLinkOptions } from './device-link.ts';
import { VoiceSource } from './voice-source.ts';

/** The name is shown where there is no picture. */
type CameraPicture = Pick<InPageOptions, 'botName' | 'picture'>;
/** As the browser has it, not as a page may have it later. */
const { requestFrame } = globalThis.CanvasCaptureMediaStreamTrack?.prototype ?? {};

const NAME_SIZE = { width: 320, height: 180 };
const PICTURE_SIZE = { width: 640, height: 360 };

interface Camera {
  readonly track: MediaStreamTrack;
  /** Undefined: what it showed at first. */
  show(jpeg: Uint8Array<ArrayBuffer> | undefined): void;
}

/**
 * Gives the page a microphone into which the bot speaks and a camera that shows the bot's picture, or its name. No permission is asked
 * and no device of the machine is touched.
 */
export function replaceDevices(first: CameraPicture, open: DeviceLinkOptions['open']): void {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  let voice: VoiceSource | undefined;
  let camera: Camera | undefined;
  let shown: Uint8Array<ArrayBuffer> | undefined;
  const link = new DeviceLink({
    open,
    voice: () => voice,
    show(jpeg) {
      shown = jpeg;
      camera?.show(jpeg);
    },
  });

  const define = (name: string, value: unknown) =>
    Object.defineProperty(devices, name, { value, writable: true, configurable: true });
  define('getUserMedia', async (constraints: MediaStreamConstraints = {}) => {
    const stream = new MediaStream();
    if (!constraints.audio && !constraints.video)
      throw new TypeError('At least one of audio and video must be requested');
    // Takers stop what they are given: each gets a track of its own.
    if (constraints.audio) stream.addTrack((voice ??= new VoiceSource((report) => link.report(report))).take());
    if (constraints.video) {
      if (!camera) {
        camera = stillCamera(first);
        if (shown) camera.show(shown);
      }
      stream.addTrack(camera.track.clone());
    }
    link.taken();
    return stream;
  });
  define('enumerateDevices', async () => [
    device('audioinput', 'Microphone'),
    device('videoinput', 'Camera'),
    device('audiooutput', 'Speaker'),
  ]);
  define('getDisplayMedia', async () => {
    throw new DOMException('Permission denied', 'NotAllowedError');
  });
}

function device(kind: MediaDeviceKind, label: string): MediaDeviceInfo {
  const info = { deviceId: `bot-${kind}`, groupId: 'bot', kind, label };
  return { ...info, toJSON: () => info };
}

function stillCamera({ botName, picture: base64 }: CameraPicture): Camera {
  const { width, height } = base64 ? PICTURE_SIZE : NAME_SIZE;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d');
  let picture: ImageBitmap | undefined;
  let first: ImageBitmap | undefined;
  let shows = 0;
  const draw = () => {
    if (picture) return pen?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (pen) drawName(pen, { botName, width: canvas.width, height: canvas.height });
  };
  draw();
  // A still picture needs no more frames than newcomers need to see it soon.
  setInterval(draw, 1000);
  const [track] = canvas.captureStream(1).getVideoTracks();
  if (!track) throw new DOMException('no camera', 'NotFoundError');

  function put(bitmap: ImageBitmap | undefined): void {
    picture = bitmap;
    // What was small enough for a name is not for a picture.
    if (bitmap && canvas.width < PICTURE_SIZE.width) Object.assign(canvas, PICTURE_SIZE);
    draw();
    if (requestFrame && track) Reflect.apply(requestFrame, track, []);
  }
  async function show(jpeg: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    const turn = ++shows;
    const bitmap = jpeg ? await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' })) : first;
    // Another may have come meanwhile.
    if (turn === shows) put(bitmap);
  }
  if (base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })).then(
      (decoded) => {
        first = decoded;
        if (shows === 0) put(first);
      },
      () => {},
    );
  }
  return { track, show: (jpeg) => void show(jpeg).catch(() => {}) };
}

function drawName(
  pen: CanvasRenderingContext2D,
  { botName, width, height }: { botName: string; width: number; height: number },
): void {
  pen.fillStyle = '#20314a';
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = '#ffffff';
  pen.font = `600 ${Math.round(height / 7.5)}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(botName, width / 2, height / 2, width * 0.9);
}
