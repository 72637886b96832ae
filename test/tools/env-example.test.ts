import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { usualPorts } from '../../bin/stack/src/plan.ts';
import { planServices } from '../../bin/stack/src/services.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const names = (text: string, pattern: RegExp) => new Set(Array.from(text.matchAll(pattern), (match) => match[1] ?? ''));

const configs = globSync('{gateway,services/*}/src/config.ts', { cwd: root });
/** What names the variables that a service reads: its config, and the descriptors of speech vendors. */
const variablesOf = (config: string) => {
  const vendors = globSync(join(config, '../engines/*/vendor.ts'), { cwd: root });
  const named = names(vendors.map(read).join('\n'), /^ {2}(?:apiKeyVariable: '|)([A-Z][A-Z0-9_]+)(?:'|: )/gm);
  return names(read(config), /^ {4}([A-Z][A-Z0-9_]+): /gm).union(named);
};
const isRead = configs.map(variablesOf).reduce((all, some) => all.union(some));
const compose = read('docker-compose.yml');
const isInterpolated = names(compose, /\$\{([A-Z0-9_]+)/g);
const isDocumented = names(read('.env.example'), /^#?([A-Z][A-Z0-9_]+)=/gm);
/** What bin/start reads itself, before there is a service. */
const isChosen = names(read('bin/stack/src/settings.ts'), /\benv\['([A-Z0-9_]+)'\]/g);
/** Spoken by OpenTelemetry itself, not by a config.ts; https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables */
const isTelemetry = (name: string) => name.startsWith('OTEL_');
const without = (all: Set<string>, ...others: Set<string>[]) =>
  others.reduce((left, other) => left.difference(other), all);

describe('.env.example', () => {
  it('finds the eight config.ts files and their variables', () => {
    expect(configs).toHaveLength(8);
    expect(isRead.size).toBeGreaterThan(20);
  });

  it('names every variable that a service reads', () => {
    expect([...without(isRead, isDocumented)]).toEqual([]);
  });

  it('names every variable that docker-compose.yml asks for', () => {
    expect([...without(isInterpolated, isDocumented)]).toEqual([]);
  });

  it('names every variable that bin/start reads', () => {
    expect([...isChosen].sort()).toEqual(['EARSHOT_DATA', 'EARSHOT_PORT_BASE']);
    expect([...without(isChosen, isDocumented)]).toEqual([]);
  });

  it('names nothing that nobody reads', () => {
    expect([...without(isDocumented, isRead, isInterpolated, isChosen)]).toEqual([]);
  });

  it('gives no secret a value', () => {
    const values = read('.env.example').matchAll(/^([A-Z0-9_]+)=(.*)$/gm);
    expect(Array.from(values, ([, name, value]) => `${name}=${value}`).filter((line) => !line.endsWith('='))).toEqual(
      [],
    );
  });
});

describe('docker-compose.yml', () => {
  const services = compose.split(/^services:$/m)[1]?.split(/^ {2}(?=[a-z])/m) ?? [];

  it.each(configs)('gives the service of %s only what it reads', (path) => {
    const name = path.split('/').at(-3) ?? '';
    const service = services.find((text) => text.startsWith(`${name}:`)) ?? '';
    const given = names(service.split('environment:')[1]?.split(/^[a-z]/m)[0] ?? '', /^ {6}([A-Z0-9_]+):/gm);
    expect(given.size).toBeGreaterThan(0);
    expect([...given.difference(variablesOf(path))].filter((variable) => !isTelemetry(variable))).toEqual([]);
  });
});

describe('bin/start', () => {
  const file = { ca: 'ca', cert: 'cert', key: 'key' };
  const plans = planServices({
    root,
    dataDir: '/data',
    ports: usualPorts,
    databaseUrl: (schema) => `postgres://${schema}@localhost/postgres`,
    natsUrl: 'nats://localhost:4222',
    secrets: new Proxy({} as never, { get: (_, name) => String(name) }),
    certificates: new Proxy({} as never, { get: () => file }),
    operator: { service: 'operator' },
    logFile: (name) => name,
    settings: Object.fromEntries([...isRead].map((name) => [name, name])),
    programs: {},
  });

  it.each(configs)('passes every variable that %s reads', (path) => {
    const env = plans.find(({ name }) => name === path.split('/').at(-3))?.env ?? {};
    expect([...variablesOf(path)].filter((name) => env[name] === undefined)).toEqual([]);
    // And by their use, and not by what bin/start looks for.
    const isUsed = names(read(path), /\bvars\.([A-Z][A-Z0-9_]+)/g);
    expect(isUsed.size).toBeGreaterThan(3);
    expect([...isUsed].filter((name) => env[name] === undefined)).toEqual([]);
  });

  it('shows a service nothing of its starter that the service does not name', () => {
    const joiner = plans.find(({ name }) => name === 'joiner')?.env ?? {};
    expect(joiner).toMatchObject({ MAX_BOTS: 'MAX_BOTS' });
    expect(joiner).not.toHaveProperty('DEEPGRAM_API_KEY');
  });

  it('lets nobody set what the parts of the stack are to each other', () => {
    const [scheduler] = plans;
    expect(scheduler?.env).toMatchObject({ DATABASE_URL: 'postgres://scheduler@localhost/postgres', RPC_TLS_CA: 'ca' });
  });
});
