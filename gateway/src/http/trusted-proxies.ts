import { BlockList, isIP } from 'node:net';

/** Checks whether an address is one of these addresses and networks (CIDR). Throws for what is neither. */
export function createTrustedProxies(entries: readonly string[]): (address: string) => boolean {
  const known = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const version = isIP(address);
    if (version === 0) throw new TypeError('neither an address nor a network');
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(prefix), family);
  }
  return (address) => known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
