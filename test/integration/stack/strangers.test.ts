import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { silentLog } from '@earshot/kernel';
import { isServing } from '@earshot/rpc';
import { freePorts, makeCertificates, startStack } from '@earshot/stack';
import { dataFolder } from './started.ts';

/** What a page that broke out of its browser could run: as the browsers' user, with nothing but what that user can read. */
const script = resolve(import.meta.dirname, 'stranger.ts');
const uid = Number(/^nobody:[^:]*:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1]);

it.runIf(process.getuid?.() === 0)(
  "gives the browsers' user no secret, no key, no database, no broker and no RPC",
  async () => {
    await using folder = await dataFolder();
    // The worst case: every folder above the data can be passed through.
    await chmod(folder.path, 0o755);
    const ports = await freePorts();
    await using stack = await startStack({
      root: resolve(import.meta.dirname, '../../..'),
      dataDir: folder.path,
      ports,
      isThrowaway: true,
      only: ['scheduler'],
      log: silentLog,
    });
    const at = `127.0.0.1:${ports.scheduler}`;
    expect(await isServing(at, { as: stack.identity('operator') })).toBe(true);
    const pids = ['postgres', 'nats', 'scheduler'].map((name) => stack.processes.get(name)?.pid);
    const paths = [
      ...[
        'secrets.json',
        'certificates',
        'certificates/ca.key',
        'certificates/gateway.key',
        'certificates/scheduler.key',
      ],
      ...['postgres', 'postgres/base', 'nats', 'nats.conf', 'blobs', 'logs', 'logs/scheduler.log'],
    ].map((name) => join(folder.path, name));
    const order = { ports, paths: [...paths, ...pids.map((pid) => `/proc/${pid}/environ`)], pids };
    // Of an authority of its own, with the right names.
    const { ca, cert, key } = makeCertificates(join(folder.path, 'made-up')).gateway;
    const own = Object.fromEntries(
      Object.entries({ ca, cert, key }).map(([name, path]) => [name, readFileSync(path, 'utf8')]),
    );
    const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify({ ...order, own })], {
      uid,
      gid: uid,
      env: {},
      cwd: '/',
    });
    expect(JSON.parse(stdout)).toEqual({
      uid,
      read: [],
      signalled: [],
      postgres: { trust: expect.stringMatching(/password/), guess: expect.stringMatching(/authentication failed/) },
      nats: expect.stringMatching(/authorization violation/i),
      rpc: { plain: 'unavailable', made: 'unavailable' },
    });
  },
);
