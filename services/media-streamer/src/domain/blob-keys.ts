import type { BotId } from '@earshot/kernel';
import type { DebugKind } from './debug-artifact.ts';

/** Everything of one bot lies under here, and is erased with it. */
export const botPrefix = (botId: BotId) => `bots/${botId}/`;
export const segmentPrefix = (botId: BotId) => `${botPrefix(botId)}audio/segments/`;
export const segmentKey = (botId: BotId, index: number) =>
  `${segmentPrefix(botId)}${String(index).padStart(8, '0')}.pcm`;
/** The tracks' packets of a segment's time; not there where nobody was heard. */
const tracksPrefix = (botId: BotId) => `${botPrefix(botId)}audio/tracks/`;
export const tracksKey = (botId: BotId, index: number) =>
  `${tracksPrefix(botId)}${String(index).padStart(8, '0')}.packets`;
/** A part of the finished recording: which one, and which of several tries to make it. */
export const partsPrefix = (botId: BotId) => `${botPrefix(botId)}audio/mixed/`;
export const partKey = (botId: BotId, { index, id }: { index: number; id: string }) =>
  `${partsPrefix(botId)}${String(index).padStart(6, '0')}-${id}.flac`;
/** What links to the recording are signed for; before there were parts, the recording's one file. */
export const mixedAudioKey = (botId: BotId) => `${botPrefix(botId)}audio/mixed.wav`;
/** What a link to an artifact is signed for; its blob has a key of its own for each try to make it. */
export const artifactKey = (botId: BotId, artifactId: string) => `${botPrefix(botId)}artifacts/${artifactId}`;
export const artifactBlobKey = (botId: BotId, { artifactId, id }: { artifactId: string; id: string }) =>
  `${artifactKey(botId, artifactId)}/${id}`;
/** Frames of one track between two cuts; each try to store them has a key of its own. */
export const videoPrefix = (botId: BotId) => `${botPrefix(botId)}video/`;
export const videoKey = (botId: BotId, { index, id }: { index: number; id: string }) =>
  `${videoPrefix(botId)}${String(index).padStart(8, '0')}-${id}.frames`;
export const debugKey = (botId: BotId, { attempt, kind }: { attempt: number; kind: DebugKind }) =>
  `${botPrefix(botId)}debug/${attempt}-${kind}`;
export const manifestKey = (botId: BotId) => `${botPrefix(botId)}manifest.json`;
