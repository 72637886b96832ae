const pattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/** Milliseconds since 1970 of `2024-01-15T14:30:00Z` or `2024-01-15 14:30:00` (UTC where no zone is given). */
export function parseJoinAt(text: string): number | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const [, day, time, zone = 'Z'] = match;
  const at = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(at)) return undefined;
  // Date.parse rolls 30 February over into March; a date that was not written is not meant.
  const written = new Date(Date.parse(`${day}T00:00:00Z`));
  return written.toISOString().startsWith(day ?? '-') ? at : undefined;
}
