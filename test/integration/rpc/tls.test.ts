import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import { silentLog, type ServiceIdentity, type ServiceName } from '@earshot/kernel';
import { createRpcClient, createRpcServer, isServing, type RpcServer } from '@earshot/rpc';
import { readRpcSettings } from '@earshot/service';
import { makeCertificates } from '@earshot/stack';

const callers = { eraseNow: { gateway: 'all-accounts' }, getErasure: {}, acknowledgeErasures: {} } as const;
const erasure = { botId: 'b', dueAt: undefined, doneAt: undefined, deletedObjects: 3, attempts: 1 };
const dir = mkdtempSync(join(tmpdir(), 'certificates-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'certificates-'));
const files = makeCertificates(dir);
const strangers = makeCertificates(elsewhere);

const variablesOf = ({ ca, cert, key }: { ca: string; cert: string; key: string }) => ({
  RPC_TLS_CA: ca,
  RPC_TLS_CERT: cert,
  RPC_TLS_KEY: key,
});
const identityOf = (service: ServiceName): ServiceIdentity => readRpcSettings(service, variablesOf(files[service]));

const unused = { getErasure: async () => erasure, acknowledgeErasures: async () => ({}) };

let server: RpcServer;
let address: string;

beforeAll(async () => {
  server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog, ...identityOf('retention') });
  server.add(RetentionServiceService, { ...unused, eraseNow: async () => erasure }, callers);
  address = `127.0.0.1:${await server.start()}`;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  for (const each of [dir, elsewhere]) rmSync(each, { recursive: true });
});

const ask = async (identity: ServiceIdentity, at = address) => {
  await using client = createRpcClient(RetentionServiceService, at, identity);
  return await client.eraseNow({ botId: 'b' }, { timeoutMs: 1000 });
};

describe('gRPC by mutual TLS', () => {
  it('serves who has a certificate of the same authority', async () => {
    expect(await ask(identityOf('gateway'))).toEqual(erasure);
    expect(await ask(identityOf('gateway'), address.replace('127.0.0.1', 'localhost'))).toEqual(erasure);
  });

  it('refuses the connection of who has none, or a stranger’s', async () => {
    const foreign = readRpcSettings('gateway', variablesOf(strangers.gateway));
    const mixed = { service: 'gateway', tls: { ...foreign.tls!, ca: readFileSync(files.gateway.ca, 'utf8') } } as const;
    for (const identity of [{ service: 'gateway' } as const, foreign, mixed]) {
      await expect(ask(identity)).rejects.toMatchObject({
        code: expect.stringMatching(/unavailable|deadline/) as string,
      });
    }
  });

  it('calls nobody who shows the certificate of another service', async () => {
    await using impostor = createRpcServer({ listen: '127.0.0.1:0', log: silentLog, ...identityOf('notifier') });
    const called: string[] = [];
    const eraseNow = async ({ botId }: { botId: string }) => (called.push(botId), erasure);
    impostor.add(RetentionServiceService, { ...unused, eraseNow }, callers);
    const at = `127.0.0.1:${await impostor.start()}`;
    await expect(ask(identityOf('gateway'), at)).rejects.toMatchObject({ code: expect.any(String) as string });
    expect(called).toEqual([]);
  });

  it('knows a caller by its certificate, whatever it says of itself', async () => {
    const { tls } = identityOf('notifier');
    await expect(ask({ service: 'gateway', tls })).rejects.toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('not for notifier') as string,
    });
  });

  it('is missed loudly by a server that others than this machine reach', async () => {
    const said: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void said.push(message) };
    for (const options of [{ listen: '0.0.0.0:0', ...identityOf('scheduler') }, { listen: '127.0.0.1:0' }]) {
      await using quiet = createRpcServer({ ...options, log });
      await quiet.start();
    }
    expect(said).toEqual([]);
    await using loud = createRpcServer({ listen: '0.0.0.0:0', log });
    await loud.start();
    expect(said).toEqual([expect.stringContaining('set RPC_TLS_CA, RPC_TLS_CERT, RPC_TLS_KEY')]);
  });

  it('tells its health to who has any certificate of ours', async () => {
    expect(await isServing(address, { as: identityOf('operator') })).toBe(true);
    expect(await isServing(address, { timeoutMs: 300 })).toBe(false);
  });
});

describe('deploy/healthcheck.ts', () => {
  const script = resolve(import.meta.dirname, '../../../deploy/healthcheck.ts');
  const exitCode = async (env: Record<string, string>): Promise<unknown> => {
    const child = spawn(process.execPath, [script], { env, stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    return code;
  };

  it('shows the certificate of the service where one is wanted', async () => {
    const env = { RPC_LISTEN: address.replace('127.0.0.1', '0.0.0.0') };
    expect(await exitCode({ ...env, ...variablesOf(files.retention) })).toBe(0);
    expect(await exitCode(env)).toBe(1);
  });
});

describe('makeCertificates', () => {
  it('leaves what is good, and makes anew what is not', () => {
    const before = readFileSync(files.joiner.cert, 'utf8');
    const scheduler = readFileSync(files.scheduler.cert, 'utf8');
    writeFileSync(files.scheduler.key, 'broken');
    expect(makeCertificates(dir)).toEqual(files);
    expect(readFileSync(files.joiner.cert, 'utf8')).toBe(before);
    expect(readFileSync(files.scheduler.cert, 'utf8')).not.toBe(scheduler);
    expect(() => identityOf('scheduler')).not.toThrow();
  });

  it('shows keys to their owner only', () => {
    for (const { key } of Object.values(files)) expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'ca.key')).mode & 0o777).toBe(0o600);
  });
});

describe('readRpcSettings', () => {
  const { gateway, notifier } = files;

  it('is plain without files', () => {
    expect(readRpcSettings('gateway', {})).toEqual({ service: 'gateway', tls: undefined, reflection: false });
    expect(readRpcSettings('gateway', { RPC_REFLECTION: 'on' }).reflection).toBe(true);
  });

  it.each([
    ['one of three', { RPC_TLS_CA: gateway.ca }, 'all three are needed, or none'],
    [
      'a file that is not there',
      { ...variablesOf(gateway), RPC_TLS_KEY: '/nowhere' },
      'RPC_TLS_KEY: /nowhere cannot be',
    ],
    ['another key', { ...variablesOf(gateway), RPC_TLS_KEY: notifier.key }, 'RPC_TLS_KEY: is not the key of'],
    ['no key', { ...variablesOf(gateway), RPC_TLS_KEY: gateway.ca }, 'RPC_TLS_KEY: is no private key'],
    ['no certificate', { ...variablesOf(gateway), RPC_TLS_CERT: gateway.key }, 'RPC_TLS_CERT: is no certificate'],
    ['another service’s', variablesOf(notifier), 'RPC_TLS_CERT: is the certificate of notifier, not of gateway'],
    ['a stranger’s', { ...variablesOf(strangers.gateway), RPC_TLS_CA: gateway.ca }, 'is not signed by the authority'],
  ])('refuses %s in one line', (_, variables, problem) => {
    expect(() => readRpcSettings('gateway', variables)).toThrow(problem);
  });
});
