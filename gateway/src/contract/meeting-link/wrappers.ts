import { decoded, hostOf } from './link-form.ts';
import { fromProofpoint } from './proofpoint.ts';

/** A service that puts links into links of its own. */
interface Wrapper {
  readonly host: RegExp;
  readonly path: RegExp;
  /** The link within; undefined where there is none. */
  readonly inner: (url: URL) => string | undefined;
}

const wrapper = (host: RegExp, path: RegExp, ...parameters: string[]): Wrapper => ({
  ...{ host, path },
  inner: (url) => parameters.map((name) => valueOf(url, name)).find(Boolean),
});

const wrappers: readonly Wrapper[] = [
  { host: /(?:^|\.)urldefense(?:\.proofpoint)?\.(?:com|us)$/, path: /^\/v[123]\//i, inner: fromProofpoint },
  wrapper(/^(?:www\.)?google\.[a-z.]{2,6}$/, /^\/url$/, 'q', 'url'),
  wrapper(/^(?:meet|hangouts|mail)\.google\.com$/, /^\/(?:url|linkredirect)$/, 'dest', 'q'),
  wrapper(/(?:^|\.)safelinks\.protection\.(?:outlook\.com|office365\.us)$/, /^\//, 'url'),
  wrapper(/^statics\.teams\.cdn\.(?:office\.net|live\.net)$/, /\/safelinks\//, 'url'),
  wrapper(/(?:^|\.)linkedin\.com$/, /^\/(?:redir\/redirect|redir\/general-malware-page|safety\/go|redirect)/, 'url'),
  wrapper(/^(?:www\.)?slack-redir\.net$/, /^\/link/, 'url'),
  wrapper(/(?:^|\.)clicktime\.(?:symantec\.com|cloud\.postoffice\.net)$/, /^\//, 'u', 'U'),
  wrapper(/(?:^|\.)trendmicro\.(?:com|eu|co\.jp)$/, /\/clicktime\//, 'url'),
  wrapper(/(?:^|\.)cudasvc\.com$/, /^\/url$/, 'a'),
  wrapper(/(?:^|\.)fireeye\.com$/, /^\/(?:v1\/)?url$/, 'u'),
  wrapper(/^lm?\.(?:facebook|instagram)\.com$/, /^\//, 'u'),
  {
    host: /(?:^|\.)secure-web\.cisco\.com$/,
    path: /^\/./,
    inner: (url) => /(https?%3a.*)$/i.exec(url.href)?.[1],
  },
  {
    host: /(?:^|\.)protection\.sophos\.com$/,
    path: /^\//,
    inner: (url) => Buffer.from(url.searchParams.get('u') ?? '', 'base64').toString('utf8'),
  },
];

/** Services whose links name nothing: where they lead to only they know. */
const opaque =
  /^(?:bit\.ly|t\.co|lnkd\.in|tinyurl\.com|ow\.ly|goo\.gl|aka\.ms|url\.[\w-]+\.mimecastprotect\.com|protect(?:-[\w-]+)?\.mimecast\.com|[\w-]+\.mimecastprotect\.com|linkprotect\.proofpoint\.com)$/;

export function isOpaque(host: string): boolean {
  return opaque.test(host);
}

/** The link within a link of a service that is known for it, one layer down; undefined where there is none. */
export function innerOf(url: URL): URL | undefined {
  const host = hostOf(url);
  const known = wrappers.find((one) => one.host.test(host) && one.path.test(url.pathname));
  return known && toLink(known.inner(url));
}

/** Links in the parameters of a link that nobody knows. */
export function innerLinksOf(url: URL): URL[] {
  return [...new Set(url.searchParams.keys())].flatMap((name) => toLink(valueOf(url, name)) ?? []);
}

/** A link of which even the scheme is encoded, once or several times. */
export function decodedWhole(link: string): string {
  let text = link;
  for (let round = 0; round < 5 && /^https?%/i.test(text); round++) text = decoded(text);
  return text;
}

function toLink(text: string | undefined): URL | undefined {
  const inner = text === undefined ? null : URL.parse(decodedWhole(text.trim()));
  return inner && /^https?:$/.test(inner.protocol) ? inner : undefined;
}

/** What a meeting's own link has; in a link that was wrapped without encoding it, these are not the wrapper's. */
const meetingParameters = ['pwd', 'password', 'tk', 'uname', 'omn', 'p', 'context', 'anon', 'coords', 'lmt'];

/** A parameter; of a link that stands there unencoded also those parameters behind it that are its own. */
function valueOf(url: URL, name: string): string | undefined {
  const value = url.searchParams.get(name);
  if (value === null || value === '') return undefined;
  const raw = new RegExp(`[?&]${name}=(https?://[^&]*\\?[^&]*)(&.*)?$`).exec(url.search);
  if (!raw) return value;
  // One that the link has itself is not repeated.
  const within = Array.from(raw[1]?.matchAll(/[?&](\w+)(?:=|%3d)/gi) ?? [], ([, own]) => own);
  const own = (raw[2] ?? '').split('&').filter((pair) => {
    const [parameter = ''] = pair.split('=');
    return meetingParameters.includes(parameter) && !within.includes(parameter);
  });
  // It was not encoded: its percent signs are its own.
  return [raw[1], ...own].join('&');
}
