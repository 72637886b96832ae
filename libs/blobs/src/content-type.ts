const byExtension: Readonly<Record<string, string>> = {
  flac: 'audio/flac',
  json: 'application/json',
  jsonl: 'application/jsonl',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
  txt: 'text/plain; charset=utf-8',
  vtt: 'text/vtt',
  wav: 'audio/wav',
  webm: 'video/webm',
};

/** The content type by a key's extension. */
export function contentTypeOf(key: string): string {
  const extension = /\.([a-z0-9]+)$/.exec(key)?.[1] ?? '';
  return byExtension[extension] ?? 'application/octet-stream';
}
