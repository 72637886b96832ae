import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly environment?: Record<string, string>;
  readonly networks: string[];
  readonly volumes?: string[];
  readonly tmpfs?: string[];
  readonly ports?: string[];
  readonly image?: string;
  readonly build?: { readonly target: string; readonly args: Record<string, string> };
  readonly command?: string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
}
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
};
const ours = ['gateway', 'scheduler', 'joiner', 'media-streamer', 'transcriber', 'composer', 'retention', 'notifier'];
const roles = {
  gateway: 'gateway',
  scheduler: 'scheduler',
  'media-streamer': 'media',
  transcriber: 'transcriber',
  retention: 'retention',
  notifier: 'notifier',
  composer: 'composer',
};
const service = (name: string): Service => compose.services[name] ?? { networks: [] };
const env = (name: string) => service(name).environment ?? {};
const on = (network: string) =>
  Object.keys(compose.services).filter((name) => service(name).networks.includes(network));

describe('docker-compose.yml', () => {
  it('gives each service a role of its own at the database, and the superuser to none', () => {
    for (const [name, role] of Object.entries(roles))
      expect(env(name)['DATABASE_URL']).toBe(
        `postgres://${role}:\${${role.toUpperCase()}_DATABASE_PASSWORD:?}@postgres:5432/earshot`,
      );
    for (const name of ours) expect(JSON.stringify(service(name))).not.toContain('POSTGRES_PASSWORD');
    const { volumes = [] } = service('postgres');
    expect(volumes).toContain('./deploy/postgres/roles.sh:/docker-entrypoint-initdb.d/roles.sh:ro');
    for (const role of Object.values(roles))
      expect(read('deploy/postgres/roles.sh')).toMatch(new RegExp(`\\b${role}\\b`));
  });

  it('lets nobody speak to the broker without a password', () => {
    expect(service('nats').command).toContain('--pass=${NATS_PASSWORD:?}');
    for (const name of ours.filter((each) => env(each)['NATS_URL']))
      expect(env(name)['NATS_URL']).toContain('earshot:${NATS_PASSWORD');
    expect(env('joiner')).not.toHaveProperty('NATS_URL');
    expect(env('joiner')).not.toHaveProperty('DATABASE_URL');
  });

  it.each(ours)("gives %s its own certificate and nobody else's", (name) => {
    const mounts = service(name).volumes?.filter((volume) => volume.includes('/run/tls/'));
    expect(mounts).toEqual([
      '${CERTIFICATES:-./certificates}/ca.pem:/run/tls/ca.pem:ro',
      `\${CERTIFICATES:-./certificates}/${name}.pem:/run/tls/cert.pem:ro`,
      `\${CERTIFICATES:-./certificates}/${name}.key:/run/tls/key.pem:ro`,
    ]);
    for (const variable of ['CA', 'CERT', 'KEY'])
      expect(env(name)[`RPC_TLS_${variable}`]).toBe(`/run/tls/${variable.toLowerCase()}.pem`);
  });

  it('leaves browsers no way to the stores or a service that the joiner does not need, nor is called by', () => {
    expect(service('joiner').networks).toEqual(['meetings', 'visits', 'calls']);
    expect(on('meetings')).toEqual(['joiner']);
    expect(on('visits')).toEqual(['scheduler', 'joiner', 'media-streamer']);
    expect(on('calls')).toEqual(['gateway', 'joiner']);
    for (const network of ['rpc', 'data', 'visits', 'calls']) expect(compose.networks[network]?.internal).toBe(true);
    expect(on('data')).not.toContain('joiner');
  });

  it('publishes the gateway alone, and on loopback unless told', () => {
    expect(Object.keys(compose.services).filter((name) => service(name).ports)).toEqual(['gateway']);
    expect(service('gateway').ports).toEqual(['${HTTP_PUBLISH:-127.0.0.1:7400}:7400']);
  });

  it.each(Object.keys(compose.services))('bounds the memory and the processes of %s', (name) => {
    expect(service(name).mem_limit).toMatch(/^\$\{[A-Z]+_MEMORY:-\dg\}$/);
    expect(service(name).pids_limit).toBeGreaterThan(0);
    for (const mount of service(name).tmpfs ?? []) expect(mount).toMatch(/:size=\d+[mg]/);
  });

  it.each(ours)('runs %s from an image with its own workspace and no other', (name) => {
    const workspace = name === 'gateway' ? 'gateway' : `services/${name}`;
    expect(service(name)).toMatchObject({
      image: `earshot-${name}:\${EARSHOT_VERSION:-local}`,
      build: { target: ['joiner', 'composer'].includes(name) ? name : 'service', args: { WORKSPACE: workspace } },
      command: [`${workspace}/src/main.ts`],
    });
  });

  it.each(ours)('runs %s from a file system that it cannot write to, without capabilities', (name) => {
    expect(service(name)).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: expect.any(Array) });
  });

  it.each(ours)('tells %s where each service is that it calls', (name) => {
    const config = read(name === 'gateway' ? 'gateway/src/config.ts' : `services/${name}/src/config.ts`);
    const asks = Array.from(config.matchAll(/^ {4}([A-Z]+_ADDRESS): /gm), (match) => match[1] ?? '');
    for (const variable of asks) {
      const [peer = ''] = env(name)[variable]?.split(':') ?? [];
      expect(
        service(peer).networks.some((network) => service(name).networks.includes(network)),
        variable,
      ).toBe(true);
    }
  });
});
