/** A picture that says of itself what it is. */
export interface Picture {
  readonly type: 'image/jpeg' | 'image/png' | 'image/gif';
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** What a browser is made to decode, 64 MB of it, at most. */
const MAX_PIXELS = 16_000_000;

/** Why a picture is not shown; undefined for one that is. */
export function pictureProblem({ width, height }: Picture): 'too-many-pixels' | undefined {
  return width * height > MAX_PIXELS ? 'too-many-pixels' : undefined;
}

/** Reads what a picture is from its bytes, whatever it was called; undefined for what is neither JPEG, PNG nor GIF. */
export function readPicture(bytes: Uint8Array): Picture | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = pngSize(view) ?? gifSize(view) ?? jpegSize(view);
  return size && size.width > 0 && size.height > 0 ? { ...size, bytes } : undefined;
}

type Size = Omit<Picture, 'bytes'>;

/** PNG (third edition) 5.2 and 11.2.1: signature, then the header chunk with both sizes. */
function pngSize(view: DataView): Size | undefined {
  if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return undefined;
  if (view.getUint32(12) !== 0x49484452) return undefined;
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

/** GIF89a 17 and 18: `GIF87a` or `GIF89a`, then the logical screen's sizes. */
function gifSize(view: DataView): Size | undefined {
  if (view.byteLength < 10 || view.getUint32(0) !== 0x47494638) return undefined;
  if (![0x3761, 0x3961].includes(view.getUint16(4))) return undefined;
  return { type: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** Markers that carry no length: TEM, RST0 to RST7. */
const bare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
/** Start of frame, all kinds but the tables that share their range (DHT, JPG, DAC). */
const startsFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** ITU-T T.81 B.1 and B.2.2: segments, one of which starts the frame. */
function jpegSize(view: DataView): Size | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (bare(marker)) at += 2;
    else if (startsFrame(marker))
      return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
