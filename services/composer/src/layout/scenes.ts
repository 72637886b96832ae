import type { VideoLayout } from '@earshot/kernel';
import { alone, besideScreen, inGrid, MOST_IN_GRID, MOST_IN_STRIP, underScreen, whole, type Shown } from './arrange.ts';
import { FRAME_RATE, type Scene, type Tile } from './scene.ts';
import { speakerTurns, type SpeakerTurn } from './speakers.ts';
import { isWithin, type Interval, type Person, type PictureTrack, type Visit } from './visit.ts';

const FRAME_MS = 1000 / FRAME_RATE;

/** What is shown when: one scene after the other, from the first moment to the last, at times that are those of frames. */
export function scenesOf(visit: Visit, layout: VideoLayout): Scene[] {
  const people = [...visit.people, ...unknownPeople(visit)];
  const turns = speakerTurns(visit.speech, people, visit.durationMs);
  const borders = bordersOf(visit, people, turns);
  const followTurns = createTurnFollower(turns);
  const scenes: Scene[] = [];
  let known = '';
  for (const [place, fromMs] of borders.entries()) {
    const toMs = borders[place + 1];
    if (toMs === undefined) break;
    // Borders are rounded to frames: half a frame behind one it is clear on which side of it a time lies.
    const atMs = fromMs + FRAME_MS / 2;
    const tiles = tilesAt({ ...visit, people }, { layout, atMs, speakers: followTurns(atMs) });
    const text = JSON.stringify(tiles);
    const last = scenes.at(-1);
    if (last && text === known) scenes[scenes.length - 1] = { ...last, toMs };
    else scenes.push({ fromMs, toMs, tiles });
    known = text;
  }
  return scenes;
}

/** Tracks that are nobody's as far as is known are shown as somebody without a name. */
function unknownPeople({ people, tracks, durationMs }: Visit): Person[] {
  const known = new Set(people.map(({ id }) => id));
  return tracks
    .filter((track) => track.source === 'webcam' && !known.has(ownerOf(track)))
    .map((track) => ({ id: ownerOf(track), name: '', fromMs: track.shown[0]?.fromMs ?? 0, toMs: durationMs }));
}

const ownerOf = ({ personId, id }: PictureTrack) => personId || `track ${id}`;

/** When anything changes. */
function bordersOf(visit: Visit, people: readonly Person[], turns: readonly SpeakerTurn[]): number[] {
  const changes: readonly Interval[] = [
    ...people,
    ...visit.tracks.flatMap(({ shown }) => shown),
    ...turns,
    ...visit.paused,
  ];
  const endMs = Math.ceil(visit.durationMs / FRAME_MS) * FRAME_MS;
  const times = changes.flatMap(({ fromMs, toMs }) => [fromMs, toMs]).map((ms) => Math.round(ms / FRAME_MS) * FRAME_MS);
  const within = times.filter((ms) => ms > 0 && ms < endMs);
  return [...new Set([0, ...within, endMs])].sort((one, other) => one - other);
}

interface Speakers {
  readonly current: string | undefined;
  /** When each had the picture last, milliseconds of the recording. */
  readonly spokeAt: ReadonlyMap<string, number>;
}

/** Who has and had the picture, asked for later and later times. */
function createTurnFollower(turns: readonly SpeakerTurn[]): (atMs: number) => Speakers {
  const spokeAt = new Map<string, number>();
  let next = 0;
  return (atMs) => {
    for (let turn = turns[next]; turn && turn.fromMs <= atMs; turn = turns[++next])
      spokeAt.set(turn.personId, turn.fromMs);
    const last = turns[next - 1];
    return { current: last && atMs < last.toMs ? last.personId : undefined, spokeAt };
  };
}

interface Moment {
  readonly layout: VideoLayout;
  readonly speakers: Speakers;
  readonly atMs: number;
}

function tilesAt({ people, tracks, paused }: Visit, { layout, speakers, atMs }: Moment): Tile[] {
  if (paused.some((pause) => isWithin(pause, atMs))) return [];
  const showing = tracks.filter(({ shown }) => shown.some((interval) => isWithin(interval, atMs)));
  const shownOf = (person: Pick<Person, 'id' | 'name'>, track: PictureTrack | undefined): Shown => ({
    ...{ personId: person.id, name: person.name, trackId: track?.id },
  });
  const tab = showing.find(({ source }) => source === 'tab');
  if (tab) return [whole(shownOf({ id: '', name: '' }, tab))];

  const here = people.filter((person) => isWithin(person, atMs));
  // Whoever shows something is there, whatever the roster says.
  for (const track of showing.filter(({ source }) => source === 'webcam')) {
    const owner = people.find(({ id }) => id === ownerOf(track));
    if (owner && !here.some(({ id }) => id === owner.id)) here.push(owner);
  }
  const cameraOf = ({ id }: Person) => showing.findLast((track) => track.source === 'webcam' && ownerOf(track) === id);
  const spokeAt = (id: string) => speakers.spokeAt.get(id) ?? -1;
  const byRank = here.toSorted(
    (one, other) =>
      Number(cameraOf(other) !== undefined) - Number(cameraOf(one) !== undefined) ||
      spokeAt(other.id) - spokeAt(one.id),
  );
  const first = (most: number) => {
    const chosen = new Set(byRank.slice(0, most));
    return here.filter((person) => chosen.has(person)).map((person) => shownOf(person, cameraOf(person)));
  };
  const share = latest(
    showing.filter(({ source }) => source === 'screen-share'),
    atMs,
  );
  const screen = share && shownOf({ id: share.personId, name: '' }, share);
  if (layout === 'grid') return screen ? underScreen(screen, first(MOST_IN_STRIP)) : inGrid(first(MOST_IN_GRID));

  const speaker = here.find(({ id }) => id === speakers.current) ?? byRank[0];
  const large = speaker && shownOf(speaker, cameraOf(speaker));
  if (screen) return besideScreen(screen, large);
  return large ? alone(large) : [];
}

/** The one that began last. */
function latest(tracks: readonly PictureTrack[], atMs: number): PictureTrack | undefined {
  const begunAt = ({ shown }: PictureTrack) => shown.find((interval) => isWithin(interval, atMs))?.fromMs ?? 0;
  return tracks.toSorted((one, other) => begunAt(other) - begunAt(one))[0];
}
