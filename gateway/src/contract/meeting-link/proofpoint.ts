import { decoded } from './link-form.ts';

/** Run lengths of `**x` in a v3 link: A stands for two characters, the last sign for 65. */
const runs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const shortestRun = 2;

/**
 * The link within one of Proofpoint's URL Defense; undefined where it holds none. v1 encodes it as a parameter, v2 writes `-`
 * for `%` and `_` for `/`, v3 writes `*` for each character that it keeps in a base64 string behind the link.
 */
export function fromProofpoint(url: URL): string | undefined {
  if (/^\/v1\/url/i.test(url.pathname)) return url.searchParams.get('u') ?? undefined;
  if (/^\/v2\/url/i.test(url.pathname)) {
    const given = url.searchParams.get('u');
    return given === null ? undefined : decoded(given.replaceAll('-', '%').replaceAll('_', '/'));
  }
  const found = /\/v3\/__(.+?)__(?:;|%3B)(.*?)(?:!|%21)/i.exec(url.href);
  return found ? fromV3(found[1] ?? '', found[2] ?? '') : undefined;
}

function fromV3(link: string, kept: string): string | undefined {
  const characters = [...Buffer.from(decoded(kept), 'base64url').toString('utf8')];
  let next = 0;
  let isWhole = true;
  const take = (count: number) => {
    isWhole &&= next + count <= characters.length;
    return characters.slice(next, (next += count)).join('');
  };
  const whole = link
    .replaceAll(/%2A/gi, '*')
    .replace(/\*\*([A-Za-z0-9_-])|\*/g, (_, run: string | undefined) =>
      take(run === undefined ? 1 : runs.indexOf(run) + shortestRun),
    )
    // Some mail programs fold the two slashes of the inner link into one.
    .replace(/^(https?:\/)(?=[^/])/i, '$1/');
  return isWhole ? whole : undefined;
}
