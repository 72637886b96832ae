import { ArtifactKind, type ArtifactInfo } from '@earshot/contract/media/v1/artifacts.ts';

const nouns: Readonly<Partial<Record<ArtifactKind, string>>> = {
  [ArtifactKind.WEBCAM]: 'webcam',
  [ArtifactKind.SCREEN_SHARE]: 'screen',
  [ArtifactKind.SEPARATE_AUDIO]: 'audio',
};
const endings: Readonly<Record<string, string>> = {
  ...{ 'video/mp4': 'mp4', 'video/webm': 'webm', 'audio/webm': 'webm', 'audio/ogg': 'ogg', 'audio/wav': 'wav' },
};
/** Characters of a name; more is cut. */
const LONGEST = 60;

/** Which stream of whom an artifact is of: segments of one have it in common. */
export const streamOf = ({ kind, participantId, trackId }: ArtifactInfo): string =>
  `${kind} ${participantId} ${trackId}`;

/** What artifacts are called as files, each another: `Jane_webcam_0.webm`, and of a second stream of that name `Jane_webcam_2_0.webm`. */
export function fileNamesOf(artifacts: readonly ArtifactInfo[]): string[] {
  const streams = new Map<string, string[]>();
  return artifacts.map((artifact) => {
    const base = `${plain(artifact.participantName)}_${nouns[artifact.kind] ?? 'file'}`;
    const known = streams.get(base) ?? [];
    streams.set(base, known);
    const stream = streamOf(artifact);
    if (!known.includes(stream)) known.push(stream);
    const ordinal = known.indexOf(stream);
    return `${base}${ordinal === 0 ? '' : `_${ordinal + 1}`}_${artifact.segmentIndex}.${endingOf(artifact)}`;
  });
}

function endingOf({ contentType }: Pick<ArtifactInfo, 'contentType'>): string {
  return endings[contentType.split(';')[0] ?? ''] ?? 'bin';
}

/** A name that every file system takes. */
function plain(name: string): string {
  const words = name.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...words.join('_')].slice(0, LONGEST).join('') || 'Unknown';
}

/** Whether it is a name that we gave. */
export function isFileName(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}_]{1,120}\.[a-z0-9]{1,4}$/u.test(text);
}

/** RFC 6266: shown where it can be, and kept under its name. */
export function contentDisposition(fileName: string): string {
  const ascii = fileName.replaceAll(/[^\x20-\x7e]/g, '_');
  return `inline; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}
