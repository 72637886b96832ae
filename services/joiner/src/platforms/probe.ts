import type { ElementHandle, JSHandle, Page } from 'playwright-core';
import { z } from 'zod';
import type { CaptionRow } from '../domain/captions.ts';
import type { ChatRow } from './chat-row.ts';
import { answerInTime } from './frames.ts';
import { answered, listOf, pageMessage } from './page-text.ts';
import { ask, hold, type Probed } from './batched-evaluate.ts';
import type { SeenVideo } from './platform.ts';
import type { Candidate, CaptionMarks, Hit, Selectors, VideoMarks } from './selectors.ts';

/** Bounds for what a page may make us keep of one look. */
const MAX_PEOPLE = 1000;
const MAX_TRACKS = 20;
const MAX_CHAT = 5000;
const MAX_ROWS = 500;
const MAX_NOTICES = 50;

// Answers come from the page's own world: read as data of unknown make, texts cleaned, each item for itself.
const { id, name } = answered;
const isFilled = (text: string) => text !== '';
const hits = z.record(z.string(), z.object({ id: z.string(), name }).nullable());
const people = listOf(
  z.object({ id: id.refine(isFilled), name, isMarkedSelf: z.boolean(), trackIds: listOf(id, MAX_TRACKS) }),
  MAX_PEOPLE,
);
const captions = listOf(z.object({ key: id, speaker: name, text: answered.caption }), MAX_ROWS);
const transcript = listOf(z.object({ name, time: name, text: answered.caption }), MAX_ROWS);
/** What a page of an unknown make says of how things are. */
const text = z.string().transform(pageMessage);
const signs = z.object({
  notices: listOf(text, MAX_NOTICES),
  statuses: listOf(text, MAX_NOTICES),
  isBusy: z.boolean(),
  text,
});
const messages = listOf(z.object({ id, sender: name, senderId: id, text: answered.message }), MAX_CHAT);

const videos = listOf(z.object({ trackId: id.refine(isFilled), ownerId: id, isScreen: z.boolean() }), MAX_PEOPLE);

export type SeenPerson = z.output<typeof people>[number];

/** Looks at several places of the page at once and counts which candidates were found. */
export async function look<Place extends string>(
  page: Probed,
  places: Readonly<Record<Place, readonly Candidate[]>>,
  selectors: Selectors,
): Promise<Record<Place, Hit | undefined>> {
  const found = hits.parse(await ask(page, 'look', { argument: places }));
  const entries = (Object.keys(places) as Place[]).map((place) => [place, found[place] ?? undefined] as const);
  for (const [place, hit] of entries) selectors.count(places[place], hit?.id);
  return Object.fromEntries(entries) as Record<Place, Hit | undefined>;
}

/**
 * Presses the first of `press`, within the page: at once, without its pointer. Answers what is there once one of the places `ends` is, or
 * after `timeoutMs`; undefined where there was nothing to be pressed. Not counted.
 */
export async function pressAndLook<Place extends string>(
  page: Probed,
  places: Readonly<Record<Place, readonly Candidate[]>>,
  how: {
    readonly press?: readonly Candidate[] | undefined;
    readonly ends: readonly NoInfer<Place>[];
    readonly timeoutMs: number;
  },
): Promise<Record<Place, Hit | undefined> | undefined> {
  const found = hits.nullable().parse(await ask(page, 'pressAndLook', { argument: { places, ...how } }));
  if (!found) return undefined;
  const entries = (Object.keys(places) as Place[]).map((place) => [place, found[place] ?? undefined] as const);
  return Object.fromEntries(entries) as Record<Place, Hit | undefined>;
}

/** Whether any of the candidates is there; such questions are not counted. */
export async function isThere(page: Probed, candidates: readonly Candidate[]): Promise<boolean> {
  const { any = null } = hits.parse(await ask(page, 'look', { argument: { any: candidates } }));
  return any !== null;
}

/** The first element among the candidates, to be pressed or filled. */
export async function find(page: Probed, candidates: readonly Candidate[]): Promise<ElementHandle | undefined> {
  const handle = await hold(page, ['find'], `find(${JSON.stringify(candidates)})`);
  return (handle.asElement() as ElementHandle | null) ?? undefined;
}

/** Like `find`, in the frames within the page. */
export async function findInFrames(page: Page, candidates: readonly Candidate[]): Promise<ElementHandle | undefined> {
  for (const frame of page.frames()) {
    if (frame === page.mainFrame()) continue;
    const element = await answerInTime(find(frame, candidates));
    if (element) return element;
  }
  return undefined;
}

/** Presses the first candidate that is there; answers whether there was one. */
export async function press(page: Probed, candidates: readonly Candidate[], timeoutMs = 2000): Promise<boolean> {
  const element = await find(page, candidates);
  await element?.click({ timeout: timeoutMs });
  return element !== undefined;
}

/** Begins to watch for people as `probe` of in-page/probes sees them. Held here: the page cannot find it. */
export function watchPeople(page: Probed, probe: string, argument?: unknown): Promise<JSHandle> {
  const see = `() => ${probe}(${JSON.stringify(argument) ?? ''})`;
  return hold(page, ['watchPeople', probe], `watchPeople(${see})`);
}

/** Who is there, and who came and went since this was asked last. */
export async function takePeople(page: Probed, watch: JSHandle): Promise<SeenPerson[]> {
  return people.parse(await ask(page, 'takePeople', { held: watch }));
}

/** A number as `probe` of in-page/probes answers it. */
export async function seeNumber(page: Probed, probe: string, argument?: unknown): Promise<number> {
  return z.number().parse(await ask(page, probe, { argument }));
}

/** What a page of an unknown make says of how things are; all that it shows only where that is asked for. */
export async function seeSigns(page: Probed, argument: { withText: boolean }): Promise<z.output<typeof signs>> {
  return signs.parse(await ask(page, 'webSigns', { argument }));
}

/** The chat as `probe` of in-page/probes sees it. */
export async function seeChat(page: Probed, probe: string, argument?: unknown): Promise<ChatRow[]> {
  return messages.parse(await ask(page, probe, { argument }));
}

/** What a probe remembers of the page's elements from one look to the next. Held here: the page cannot find it. */
export function openMemory(page: Probed): Promise<JSHandle> {
  return hold(page, [], '({ numbers: new WeakMap(), next: 0 })');
}

/** The rows of captions, each under a key of its own for as long as the memory lives. */
export async function seeCaptions(page: Probed, marks: CaptionMarks, memory: JSHandle): Promise<CaptionRow[]> {
  return captions.parse(await ask(page, 'captionRows', { argument: marks, held: memory }));
}

/** Whose pictures the page shows, by the marks that `seenVideos` of in-page/probes takes. */
export async function seeVideos(page: Probed, marks: VideoMarks): Promise<SeenVideo[]> {
  return videos.parse(await ask(page, 'seenVideos', { argument: marks }));
}

/** Zoom's full transcript, as far as it is drawn. */
export async function seeTranscript(page: Probed, argument: unknown): Promise<z.output<typeof transcript>> {
  return transcript.parse(await ask(page, 'zoomTranscript', { argument }));
}

/** A picture made to fit a frame, JPEG in base64; undefined for one that the browser cannot decode. */
export async function fitPicture(
  page: Probed,
  argument: { type: string; base64: string; width: number; height: number },
): Promise<string | undefined> {
  return (
    z
      .string()
      .nullable()
      .parse(await ask(page, 'fitPicture', { argument })) ?? undefined
  );
}

/** The page's HTML without what was typed and what addresses carry; at most `limit` characters. */
export async function dumpPage(page: Probed, limit: number): Promise<string> {
  return z
    .string()
    .parse(await ask(page, 'dumpPage', { argument: limit }))
    .slice(0, limit);
}
