import { toldName } from './told-name.ts';

/** By which marks a page tells whose picture a video element shows. */
interface VideoMarks {
  /** What stands for one person, and where its id is. */
  tile: string;
  idAttribute: string;
  /** What holds a screen that is shared, and where the id of whoever shares it is; empty: nowhere. */
  screen: string;
  screenIdAttribute: string;
  /** What every tile of somebody has but one of a screen, where the same person has several; empty for nothing. */
  meter: string;
}

interface SeenPicture {
  trackId: string;
  ownerId: string;
  isScreen: boolean;
}

/** The pictures that a page shows, and whose they are as far as it says; its own cameras are among them. */
export function seenVideos(marks: VideoMarks): SeenPicture[] {
  const seen: SeenPicture[] = [];
  for (const video of document.querySelectorAll('video')) {
    const stream = video.srcObject;
    if (!(stream instanceof MediaStream)) continue;
    const screen = marks.screen === '' ? null : video.closest(marks.screen);
    const tile = video.closest(marks.tile);
    const ownerId = screen?.getAttribute(marks.screenIdAttribute) ?? tile?.getAttribute(marks.idAttribute) ?? '';
    const isScreen = screen !== null || isSecondTile(tile, marks);
    for (const track of stream.getVideoTracks()) {
      if (track.readyState === 'live') seen.push({ trackId: toldName(track), ownerId: ownerId.trim(), isScreen });
    }
  }
  return seen;
}

/** Whether it has no meter while another tile of the same person has one. */
function isSecondTile(tile: Element | null, { tile: css, idAttribute, meter }: VideoMarks): boolean {
  if (!tile || meter === '' || tile.querySelector(meter)) return false;
  const id = tile.getAttribute(idAttribute);
  return Array.from(document.querySelectorAll(css)).some(
    (other) => other !== tile && other.getAttribute(idAttribute) === id && other.querySelector(meter) !== null,
  );
}
