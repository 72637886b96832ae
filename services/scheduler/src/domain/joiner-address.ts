/** A name (RFC 1123, and the underscores of container networks), IPv4, or IPv6 in brackets; then the port. */
const form = /^(?<host>\[[\da-f:.]{2,45}\]|[a-z\d](?:[\w.-]{0,251}[a-z\d])?):(?<port>[1-9]\d{0,4})$/i;

/** Hosts that a gRPC client reads as the scheme of another kind of address (gRPC name resolution). */
const schemes = ['dns', 'ipv4', 'ipv6', 'unix', 'vsock', 'xds'];

/** Where a joiner says that it is reached, host:port; undefined for what is no such address. */
export function readJoinerAddress(text: string): string | undefined {
  const { host = '', port } = form.exec(text)?.groups ?? {};
  const isAddress = port !== undefined && Number(port) <= 65_535 && !schemes.includes(host.toLowerCase());
  return isAddress ? text : undefined;
}
