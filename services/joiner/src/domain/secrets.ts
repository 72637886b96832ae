/** Shorter values are found everywhere and prove nothing. */
const SHORTEST = 3;

/** What a meeting's address carries that opens it: every value behind `?` and `#`, as it is and decoded. */
export function secretsOf(meetingUrl: string): string[] {
  const { search, hash } = new URL(meetingUrl);
  const pairs = [...search.slice(1).split('&'), ...hash.slice(1).split('&')];
  const values = pairs.flatMap((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1);
    return [value, decoded(value)];
  });
  // The longest first: one may be part of another.
  return [...new Set(values)].filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[removed]'), text);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
