// Which addresses a page's connections may try: see ice-guard.ts. What is asked here later is decided without any method that a
// page might have put another in the place of.

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Addresses that mean nobody on the internet, as `isPublicAddress` of libs/egress has them; all of IPv6 but 2000::/3 besides. */
const CLOSED_NETWORKS = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'],
];
const GLOBAL_UNICAST = '2000::/3';
/** Names that mean this machine or its network, whatever a resolver says. */
const LOCAL_ENDINGS = ['localhost', 'internal', 'local', 'home.arpa', 'lan', 'intranet', 'corp', 'svc'];

const HEX = '0123456789abcdef';
const WORTH = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n, 13n, 14n, 15n];

/** What a digit is worth, in a base of up to 16; undefined for what is none. */
function digit(character: string | undefined, base: number): bigint | undefined {
  for (let at = 0; at < base; at++) if (HEX[at] === character) return WORTH[at];
  return undefined;
}

export function between(text: string, from: number, to: number): string {
  let part = '';
  for (let at = from; at < to; at++) part += text[at];
  return part;
}

/** Where it stands first from `from` on; the text's length where it does not. */
export function indexOf(text: string, character: string, from = 0): number {
  let at = from;
  while (at < text.length && text[at] !== character) at++;
  return at;
}

function endsWith(text: string, ending: string): boolean {
  return text.length >= ending.length && between(text, text.length - ending.length, text.length) === ending;
}

/** Four decimal numbers and nothing shorter. */
function parseIPv4(text: string): Address | undefined {
  let value = 0n;
  let from = 0;
  for (let part = 0; part < 4; part++) {
    const to = part < 3 ? indexOf(text, '.', from) : text.length;
    if (to === from || to - from > 3 || (part < 3 && to === text.length)) return undefined;
    let number = 0n;
    for (let at = from; at < to; at++) {
      const worth = digit(text[at], 10);
      if (worth === undefined) return undefined;
      number = number * 10n + worth;
    }
    if (number > 255n || (to - from > 1 && text[from] === '0')) return undefined;
    value = value * 256n + number;
    from = to + 1;
  }
  return { bits: 32, value };
}

/** Groups of hexadecimal digits, in lower case; none that carries an IPv4 address or names a link. */
function parseIPv6(text: string): Address | undefined {
  let value = 0n;
  let groups = 0;
  let gapAt = -1;
  let at = 0;
  if (text[0] === ':' && text[1] !== ':') return undefined;
  while (at < text.length) {
    if (text[at] === ':' && text[at + 1] === ':') {
      if (gapAt >= 0) return undefined;
      gapAt = groups;
      at += 2;
      continue;
    }
    if (text[at] === ':') at += 1;
    let group = 0n;
    const from = at;
    for (let worth = digit(text[at], 16); worth !== undefined; worth = digit(text[++at], 16))
      group = group * 16n + worth;
    if (at === from || at - from > 4 || (at < text.length && text[at] !== ':')) return undefined;
    value = value * 65_536n + group;
    groups += 1;
    if (groups > 8) return undefined;
  }
  if (gapAt < 0) return groups === 8 ? { bits: 128, value } : undefined;
  if (groups > 7) return undefined;
  let behind = 1n;
  for (let group = gapAt; group < groups; group++) behind *= 65_536n;
  let shift = 1n;
  for (let group = groups; group < 8; group++) shift *= 65_536n;
  return { bits: 128, value: (value / behind) * behind * shift + (value % behind) };
}

function parseAddress(text: string): Address | undefined {
  return parseIPv4(text) ?? parseIPv6(text);
}

interface Network extends Address {
  /** What the addresses of the network have in common is what is left of them divided by this. */
  readonly size: bigint;
}

/** Throws for what is none: only we say these. */
function parseNetwork(text: string): Network {
  const [base = '', length] = text.split('/');
  const address = parseAddress(base);
  if (!address) throw new TypeError('not a network');
  return { ...address, size: 2n ** BigInt(address.bits - Number(length ?? address.bits)) };
}

function isIn({ bits, value }: Address, network: Network): boolean {
  return bits === network.bits && value / network.size === network.value / network.size;
}

/** What the operator lets browsers reach although it is not public, as `EGRESS_ALLOW` has it. */
export interface Reach {
  /** Whether a connection may try this address, written as any that is not a host's name. */
  mayReach(address: string, port: string): boolean;
  /** Whether a STUN or TURN server of this name or address may be asked. */
  mayAsk(host: string, port: string): boolean;
}

export function createReach(allow: readonly string[]): Reach {
  const closed = CLOSED_NETWORKS.map(parseNetwork);
  const global = parseNetwork(GLOBAL_UNICAST);
  const listed = allow.map((entry) => {
    if (entry.includes('/')) return { network: parseNetwork(entry.toLowerCase()), host: '', port: '' };
    const { host, port } = splitEntry(entry);
    const name = host.toLowerCase();
    const address = parseAddress(name);
    return { network: address && { ...address, size: 1n }, host: name, port };
  });

  function isPublic(address: Address): boolean {
    if (address.bits === 128 && !isIn(address, global)) return false;
    for (let at = 0; at < closed.length; at++) if (isIn(address, closed[at] as Network)) return false;
    return true;
  }

  function isListed(host: string, address: Address | undefined, port: string): boolean {
    for (let at = 0; at < listed.length; at++) {
      const entry = listed[at];
      if (!entry || (entry.port !== '' && entry.port !== port)) continue;
      if (entry.network ? address && isIn(address, entry.network) : entry.host === host) return true;
    }
    return false;
  }

  return {
    mayReach(text, port) {
      const address = parseAddress(text);
      return address !== undefined && (isPublic(address) || isListed(text, address, port));
    },
    mayAsk(host, port) {
      const address = parseAddress(host);
      if (address) return isPublic(address) || isListed(host, address, port);
      return isPublicName(host) || isListed(host, undefined, port);
    },
  };
}

/** The parts of `host`, `host:port`, `[v6]:port` and a bare IPv6 address. */
function splitEntry(entry: string): { host: string; port: string } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry);
  if (bracketed) return { host: bracketed[1] ?? '', port: bracketed[2] ?? '' };
  const [host = '', port = '', more] = entry.split(':');
  return more === undefined ? { host, port } : { host: entry, port: '' };
}

/** A name that somebody on the internet may have: with a dot, without an ending of this network, and no number in disguise. */
function isPublicName(host: string): boolean {
  let lastDot = -1;
  for (let at = 0; at < host.length; at++) if (host[at] === '.') lastDot = at;
  if (lastDot < 0 || lastDot === host.length - 1) return false;
  if (digit(host[lastDot + 1], 10) !== undefined) return false;
  for (let at = 0; at < LOCAL_ENDINGS.length; at++) if (endsWith(host, `.${LOCAL_ENDINGS[at]}`)) return false;
  return true;
}
