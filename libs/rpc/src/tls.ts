import type { PeerCertificate } from 'node:tls';
import { credentials, ServerCredentials, type ChannelCredentials } from '@grpc/grpc-js';
import { serviceNames, type ServiceIdentity, type ServiceName, type TlsMaterial } from '@earshot/kernel';
import type { ServiceDefinition } from './service-definition.ts';

/** Which service serves a package of the contract, where the two names differ. */
const serviceOfPackage: Readonly<Record<string, ServiceName>> = { media: 'media-streamer' };

/** The service that is to be at the other end of a client: `/earshot.media.v1.MediaService/...` is the media-streamer's. */
export function serverOf(definition: ServiceDefinition): ServiceName | undefined {
  const name = /^\/earshot\.(\w+)\./.exec(Object.values(definition)[0]?.path ?? '')?.[1] ?? '';
  return serviceOfPackage[name] ?? toServiceName(name);
}

export function toServiceName(text: string): ServiceName | undefined {
  return serviceNames.find((name) => name === text);
}

/** The one name that a certificate of ours has: its common name. */
export function nameOf(certificate: Pick<PeerCertificate, 'subject'> | undefined): string {
  const name: unknown = certificate?.subject?.CN;
  return typeof name === 'string' ? name : '';
}

export function serverCredentials(tls: TlsMaterial | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) };
  return ServerCredentials.createSsl(Buffer.from(tls.ca), [pair], true);
}

/**
 * What a client connects with. The server's certificate has to be the service's that is called (any of ours where that is
 * left open), wherever it runs: its address proves nothing that our own authority does not.
 */
export function clientCredentials({ tls }: ServiceIdentity, server?: ServiceName): ChannelCredentials {
  if (!tls) return credentials.createInsecure();
  const checkServerIdentity = (_host: string, certificate: PeerCertificate) => {
    const name = nameOf(certificate);
    if (server === undefined || name === server) return undefined;
    return new Error(`the certificate is of ${name || 'nobody'}, not of ${server}`);
  };
  const pem = [tls.ca, tls.key, tls.cert].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
  return credentials.createSsl(...pem, { checkServerIdentity });
}

/** A name for TLS to ask for in the place of an address, which may be none (RFC 6066, 3); `checkServerIdentity` looks at no host. */
export const tlsChannelOptions = { 'grpc.ssl_target_name_override': 'localhost' } as const;

/** Whether only this machine reaches an address `host:port`. */
export function isLoopback(listen: string): boolean {
  const host = listen.slice(0, listen.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
