const MASK = '***';

/** Addresses in a text, up to what cannot be part of one. */
const address = /\b(?:https?|wss?):\/\/[^\s"'<>]+/gi;
/** Names of fields whose values are secrets, wherever they stand: the last word decides, so that `keyterms` are none. */
const secretName =
  /(?:^|[_-])(?:api_?key|apikey|access_?key|token|secret|password|passcode|passwd|pwd|authorization|credentials?)$/i;
/** A part of a path that nobody has thought up: where webhooks carry their tokens. */
const randomPart = /^(?=.*\d)(?=.*[A-Za-z])[\w-]{20,}$/;

/** A value of a request with its secrets masked: of addresses the user, all values of the query, the fragment and random parts of the path. */
export function maskSecrets<T>(value: T): T {
  return mask(value) as T;
}

/** A text with the secrets of the addresses in it masked. */
export function maskAddresses(text: string): string {
  return text.replace(address, maskAddress);
}

function mask(value: unknown): unknown {
  if (typeof value === 'string') return maskAddresses(value);
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value !== 'object' || value === null) return value;
  // A name of the request's may be any, `__proto__` included.
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, isSecret(name, own) ? MASK : mask(own)]));
}

function isSecret(name: string, value: unknown): boolean {
  return secretName.test(name) && value !== null && value !== '';
}

/** Cut by hand: an address that no parser takes has secrets as well. */
function maskAddress(url: string): string {
  const [, scheme = '', authority = '', rest = ''] = /^(\w+:\/\/)([^/?#]*)(.*)$/s.exec(url) ?? [];
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest) ?? [];
  const user = authority.lastIndexOf('@');
  return [
    scheme,
    user === -1 ? authority : `${MASK}${authority.slice(user)}`,
    path
      .split('/')
      .map((part) => (randomPart.test(part) ? MASK : part))
      .join('/'),
    query && `?${query.slice(1).split('&').map(maskValue).join('&')}`,
    fragment && `#${MASK}`,
  ].join('');
}

function maskValue(pair: string): string {
  const at = pair.indexOf('=');
  return at === -1 ? MASK : `${pair.slice(0, at)}=${MASK}`;
}
