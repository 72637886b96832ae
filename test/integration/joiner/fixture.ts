import { startLab, type Lab } from '@earshot/lab';
import { createLogger, type Service } from '@earshot/service';
import { createJoiner, readConfig } from '../../../services/joiner/src/index.ts';
import { startFakeMedia, type FakeMedia } from './fake-media.ts';
import { startFakeScheduler, type FakeScheduler } from './fake-scheduler.ts';

/** A lab, a joiner with real browsers, and what stands in for the services around it. */
export interface Fixture extends AsyncDisposable {
  readonly lab: Lab;
  readonly scheduler: FakeScheduler;
  readonly media: FakeMedia;
  readonly joiner: Service;
}

export async function openFixture(env: Record<string, string> = {}): Promise<Fixture> {
  const [lab, scheduler, media] = await Promise.all([startLab(), startFakeScheduler(), startFakeMedia()]);
  const config = readConfig({ ...joinerEnv({ lab, scheduler, media }), ...env });
  const joiner = createJoiner(config, createLogger(config.name, config.logLevel));
  await joiner.start();
  return {
    lab,
    scheduler,
    media,
    joiner,
    async [Symbol.asyncDispose]() {
      await joiner[Symbol.asyncDispose]();
      await Promise.all([lab, scheduler, media].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}

/** What leads a joiner to its surroundings. */
export function joinerEnv({
  lab,
  scheduler,
  media,
}: Pick<Fixture, 'lab' | 'scheduler' | 'media'>): Record<string, string> {
  return {
    RPC_LISTEN: '127.0.0.1:0',
    SCHEDULER_ADDRESS: scheduler.address,
    MEDIA_ADDRESS: media.address,
    EGRESS_ALLOW: ['127.0.0.1', 'localhost', ...lab.addresses].join(),
    EGRESS_HOSTS: Object.entries(lab.hosts)
      .map((pair) => pair.join('='))
      .join(),
    BROWSER_ARGS: JSON.stringify(lab.browserArgs),
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error',
  };
}
