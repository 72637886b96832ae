import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composerCallers } from '../../../services/composer/src/rpc/callers.ts';
import { joinerCallers } from '../../../services/joiner/src/rpc/callers.ts';
import { mediaCallers } from '../../../services/media-streamer/src/rpc/callers.ts';
import { notifierCallers } from '../../../services/notifier/src/rpc/callers.ts';
import { retentionCallers } from '../../../services/retention/src/rpc/callers.ts';
import { joinerControlCallers, botCallers } from '../../../services/scheduler/src/rpc/callers.ts';
import { providerKeyCallers, transcriptCallers } from '../../../services/transcriber/src/rpc/callers.ts';

const services = {
  BotService: botCallers,
  JoinerControlService: joinerControlCallers,
  JoinerService: joinerCallers,
  MediaService: mediaCallers,
  TranscriptService: transcriptCallers,
  ProviderKeyService: providerKeyCallers,
  ComposerService: composerCallers,
  RetentionService: retentionCallers,
  NotifierService: notifierCallers,
};
const page = readFileSync(resolve(import.meta.dirname, '../../../docs/security.md'), 'utf8');
const cells = (line: string) => line.split('|').map((cell) => cell.trim());
/** What the page says: `Service.method`, and each of its callers with what it is given. */
const told = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => {
    const [, service = '', methods = '', callers = ''] = cells(line);
    return methods.split(', ').map((method) => `${service.replaceAll('`', '')}.${method}: ${callers}`);
  });
const inWords = (callers: Readonly<Record<string, string>>) =>
  Object.entries(callers)
    .map(([service, access]) => (access === 'account' ? `${service} for an account` : service))
    .join(', ');

describe('docs/security.md', () => {
  it('says who may call what, as the services have it', () => {
    const served = Object.entries(services).flatMap(([service, methods]) =>
      Object.entries(methods).map(([method, callers]) => `${service}.${method}: ${inWords(callers)}`),
    );
    expect(told.toSorted()).toEqual(served.toSorted());
  });
});
