import { AppError, type TranscriptId } from '@earshot/kernel';
import { attributeOne } from '../domain/attribution.ts';
import type { Transcript, Utterance } from '../domain/transcript.ts';
import type { TranscriberDeps } from './deps.ts';

/** How many utterances are read at a time: some 300 kB of words. */
const PAGE = 200;
/** How much of a provider's own answer is read at a time, in characters, and sent at a time, in bytes. */
const [RAW_CHARACTERS, RAW_BYTES] = [2 * 1024 * 1024, 64 * 1024];

type Deps = Pick<TranscriberDeps, 'transcripts' | 'utterances' | 'speakers'>;

/**
 * A transcript's utterances in order of their start, page by page. Throws `not-found` when it has been erased meanwhile: what
 * was read is then no whole.
 */
export async function* readUtterances(
  deps: Deps,
  { transcriptId, botId }: Pick<Transcript, 'transcriptId' | 'botId'>,
): AsyncGenerator<readonly Utterance[]> {
  const speakers = new Map((await deps.speakers.of(botId)).map((speaker) => [speaker.trackId, speaker]));
  for (let page = await deps.utterances.page(transcriptId, { limit: PAGE }); page.length > 0;) {
    yield page.map((utterance) => attributeOne(utterance, speakers.get(utterance.trackId)));
    page = page.length < PAGE ? [] : await deps.utterances.page(transcriptId, { limit: PAGE, after: page.at(-1) });
  }
  await checkThere(deps, transcriptId);
}

/** The provider's own answer, in parts; none when there is none. Throws `not-found` as `readUtterances`. */
export async function* readRawJson(deps: Deps, transcriptId: TranscriptId): AsyncGenerator<Uint8Array> {
  for (let from = 0; ; from += RAW_CHARACTERS) {
    const part = await deps.transcripts.rawPart(transcriptId, { from, length: RAW_CHARACTERS });
    const bytes = Buffer.from(part);
    for (let at = 0; at < bytes.length; at += RAW_BYTES) yield bytes.subarray(at, at + RAW_BYTES);
    if (bytes.length < RAW_CHARACTERS) break;
  }
  await checkThere(deps, transcriptId);
}

async function checkThere({ transcripts }: Pick<Deps, 'transcripts'>, transcriptId: TranscriptId): Promise<void> {
  if (!(await transcripts.findAbout(transcriptId))) throw new AppError('not-found', 'no such transcript');
}
