import { fileURLToPath } from 'node:url';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { AttendanceServiceService } from '@earshot/contract/scheduler/v1/attendance.ts';
import { createEgress, createEgressProxy, type Egress } from '@earshot/egress';
import { SECOND, type Clock, type Log } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient, createRpcServer } from '@earshot/rpc';
import { Releasers, systemClock, type Service } from '@earshot/service';
import type { JoinerConfig } from './config.ts';
import { Outbox } from './domain/outbox.ts';
import type { Picture } from './domain/picture.ts';
import { openIngestLine } from './media/ingest-line.ts';
import { AssignmentTokens } from './rpc/assignment-tokens.ts';
import { openAttendance, type Attendance } from './rpc/attendance.ts';
import { keepEvidence } from './rpc/keep-evidence.ts';
import { toIngestStart } from './rpc/mapping.ts';
import { fetchPicture } from './visits/fetch-picture.ts';
import { createVisitMeters } from './visits/meters.ts';
import { createVisits } from './visits/visits.ts';
import { removeLeftovers } from './workers/home.ts';
import { workerUser } from './workers/worker-user.ts';
import { workerScript } from './workers/worker.ts';
import { createWorkers } from './workers/workers.ts';

/** Time kept for what comes after the bots have left: the last observations, the browsers. */
const LAST_WORDS_MS = 2 * SECOND;

/** Takes bots into meetings. This process holds the lines; browsers are in processes of their own. */
export function createJoiner(config: JoinerConfig, log: Log, { clock = systemClock }: { clock?: Clock } = {}): Service {
  const releasers = new Releasers(log);
  let finishVisits: (() => Promise<void>) | undefined;
  return {
    async start() {
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      const scheduler = releasers.own(
        'scheduler',
        createRpcClient(AttendanceServiceService, config.schedulerAddress, config.rpc),
      );
      const media = releasers.own('media', createRpcClient(MediaServiceService, config.mediaAddress, config.rpc));
      const { user, isSandboxed } = workerUser({
        name: config.browser.user,
        paths: [process.execPath, workerScript, fileURLToPath(import.meta.resolve('playwright-core'))],
        log,
      });
      const { chromiumPath, args } = config.browser;
      const { termsAcceptedHosts, logLevel } = config;
      const { allow, hosts } = config.egress;
      const egress = releasers.own('egress', createEgress({ allow, hosts, log }));
      const proxy = config.browser.proxy || (await ownProxy(egress, { log, releasers }));
      await removeLeftovers(log);
      const workers = releasers.own(
        'browsers',
        createWorkers({
          botsPerBrowser: config.botsPerBrowser,
          idleMs: config.browserIdleMs,
          browser: { chromiumPath, args, proxy, isSandboxed, allow, termsAcceptedHosts, logLevel },
          maxDiskBytes: config.browser.maxDiskBytes,
          user,
          clock,
          log,
        }),
      );

      const outbox = new Outbox();
      const tokens = new AssignmentTokens();
      // The two know each other: visits tell by the line that reports them.
      const line: { attendance?: Attendance } = {};
      const visits = createVisits({
        seats: config.seats,
        workers,
        outbox,
        meters: createVisitMeters(),
        clock,
        log,
        tell: () => line.attendance?.tell(),
        keepEvidence: (seat, evidence) => keepEvidence({ media, tokens, log }, seat, evidence),
        pictureOf: (url) => pictureOf(egress, { url, log }),
        openLine: (assignment, { startedAt, onRecording }) =>
          openIngestLine(
            { client: media, clock, log: log.child({ ...assignment.seat }), onRecording },
            toIngestStart(assignment, { startedAt, token: tokens.of(assignment.seat) }),
          ),
      });
      const identity = createJoinerIdentity();
      line.attendance = releasers.own(
        'attendance',
        openAttendance({
          client: scheduler,
          identity,
          tokens,
          outbox,
          clock,
          log,
          report: visits.report,
          heed: visits.heed,
          forgotten: visits.forget,
        }),
      );
      releasers.add('visits', async () => {
        server.leave();
        const limit = Math.max(0, config.shutdownMs - LAST_WORDS_MS);
        await Promise.race([visits.handOver(), clock.sleep(limit)]);
        const until = clock.now() + LAST_WORDS_MS / 2;
        while (!outbox.isEmpty && clock.now() < until) await clock.sleep(20);
      });
      releasers.own('rpc', server);
      finishVisits = async () => {
        server.leave();
        const enough = new AbortController();
        await Promise.race([visits.drain(), clock.sleep(config.drainMs, enough.signal).catch(() => {})]);
        enough.abort();
      };
      await server.start();
      log.info('joiner ready', { joinerId: identity.joinerId, seats: config.seats });
    },
    /** Lets the bots finish their meetings, `drainMs` long; whoever is still in one then is handed over by the disposal. */
    drain: async () => finishVisits?.(),
    [Symbol.asyncDispose]: () => releasers.release(),
  };
}

/** The way out of the browsers: pages that strangers chose reach nothing private. */
async function ownProxy(egress: Egress, { log, releasers }: { log: Log; releasers: Releasers }): Promise<string> {
  const proxy = releasers.own('egress proxy', await createEgressProxy(egress, { log }));
  return proxy.url;
}

/** A picture that cannot be had costs nothing else. */
async function pictureOf(egress: Egress, { url, log }: { url: string; log: Log }): Promise<Picture | undefined> {
  const fetched = await fetchPicture(egress, url);
  if ('picture' in fetched) return fetched.picture;
  log.warn('bot image not shown', { problem: fetched.problem });
  return undefined;
}
