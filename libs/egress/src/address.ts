import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses of cloud metadata services that lie in networks which are public otherwise. */
const metadataAddresses: ReadonlySet<string> = new Set(['168.63.129.16']); // Azure's wire server

/** All of IPv6 that is handed out (RFC 4291, 2.4): what embeds IPv4 by prefix, or is local, lies outside. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether anyone on the internet may be meant by this address. False for everything private, local, reserved,
 * documentation or multicast, for every IPv6 form that carries an IPv4 address, and for what is no address at all.
 */
export function isPublicAddress(ip: string): boolean {
  // Strict first: ipaddr.js also reads octal, hexadecimal and short forms; a zone names a link, so it is local.
  if (isIP(ip) === 0 || ip.includes('%') || metadataAddresses.has(ip)) return false;
  const address = ipaddr.parse(ip);
  // `unicast` is what no special-purpose registry lists, 2001::/23, 2001:db8::/32, 2002::/16 and 3fff::/20 included.
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(globalUnicast);
}
