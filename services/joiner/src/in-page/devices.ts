import type { InPageOptions } from '../page-protocol/options.ts';
import { silentTrack } from './silent-track.ts';

/** The name is shown where there is no picture. */
type CameraPicture = Pick<InPageOptions, 'botName' | 'picture'>;

const NAME_SIZE = { width: 320, height: 180 };
const PICTURE_SIZE = { width: 640, height: 360 };

/**
 * Gives the page a microphone that is silent and a camera that shows the bot's picture, or its name. No permission is asked and no
 * device of the machine is touched.
 */
export function replaceDevices(shown: CameraPicture): void {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  let microphone: MediaStreamTrack | undefined;
  let camera: MediaStreamTrack | undefined;

  const define = (name: string, value: unknown) =>
    Object.defineProperty(devices, name, { value, writable: true, configurable: true });
  define('getUserMedia', async (constraints: MediaStreamConstraints = {}) => {
    const stream = new MediaStream();
    if (!constraints.audio && !constraints.video)
      throw new TypeError('At least one of audio and video must be requested');
    // Takers stop what they are given: each gets a track of its own.
    if (constraints.audio) stream.addTrack((microphone ??= silentTrack()).clone());
    if (constraints.video) stream.addTrack((camera ??= stillCamera(shown)).clone());
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

function stillCamera({ botName, picture: base64 }: CameraPicture): MediaStreamTrack {
  const { width, height } = base64 ? PICTURE_SIZE : NAME_SIZE;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d');
  let picture: ImageBitmap | undefined;
  const draw = () => {
    if (picture) return pen?.drawImage(picture, 0, 0, width, height);
    if (pen) drawName(pen, { botName, width, height });
  };
  draw();
  if (base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })).then(
      (decoded) => {
        picture = decoded;
        draw();
      },
      () => {},
    );
  }
  // A still picture needs no more frames than newcomers need to see it soon.
  setInterval(draw, 1000);
  const [track] = canvas.captureStream(1).getVideoTracks();
  if (!track) throw new DOMException('no camera', 'NotFoundError');
  return track;
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
