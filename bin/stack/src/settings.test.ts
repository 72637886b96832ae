import { expect, it } from 'vitest';
import { portsFrom } from './plan.ts';
import { readStartSettings } from './settings.ts';

const read = (args: readonly string[], env: Record<string, string> = {}) =>
  readStartSettings({ args, env, usualDataDir: '/usual' });

it('keeps to the usual folder and chooses no ports when nothing is set', () => {
  expect(read([])).toEqual({ dataDir: '/usual', ports: undefined });
  expect(read([], { EARSHOT_DATA: '', EARSHOT_PORT_BASE: '' })).toEqual({ dataDir: '/usual', ports: undefined });
});

it('takes folder and ports from the environment, and arguments before it', () => {
  const env = { EARSHOT_DATA: '/env', EARSHOT_PORT_BASE: '8000' };
  expect(read([], env)).toEqual({ dataDir: '/env', ports: portsFrom(8000) });
  expect(read(['--data', '/args', '--port', '9000'], env)).toEqual({ dataDir: '/args', ports: portsFrom(9000) });
});

it.each([
  [['--port', 'many'], {}, '--port: must be a port'],
  [[], { EARSHOT_PORT_BASE: '80' }, 'EARSHOT_PORT_BASE: must be a port'],
  [[], { EARSHOT_PORT_BASE: '65520' }, 'EARSHOT_PORT_BASE: must be a port'],
  [['--prot', '1'], {}, "Unknown option '--prot'"],
])('names the setting at fault: %j %j', (args, env, text) => {
  expect(() => read(args, env)).toThrow(text);
});

it('gives every part a port of its own', () => {
  expect(new Set(Object.values(portsFrom(7400))).size).toBe(10);
});
