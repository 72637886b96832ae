import { fileURLToPath } from 'node:url';
import { JoinerServiceService } from '@earshot/contract/joiner/v1/joiner.ts';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { JoinerControlServiceService } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { createEgress, createEgressProxy, type Egress } from '@earshot/egress';
import { SECOND, type BotId, type Clock, type Log } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient, createRpcServer } from '@earshot/rpc';
import { ResourceStack, systemClock, type Service } from '@earshot/service';
import type { JoinerConfig } from './config.ts';
import { createControlMetrics } from './control/control-metrics.ts';
import { openControlSocket } from './control/control-socket.ts';
import { UnackedReports } from './domain/unacked-reports.ts';
import type { Picture } from './domain/picture.ts';
import { joinerCallers } from './rpc/callers.ts';
import { AssignmentTokens } from './rpc/assignment-tokens.ts';
import { openControlStream, type ControlStream } from './rpc/control-stream.ts';
import { joinerService } from './rpc/joiner-service.ts';
import { keepDebugArtifact } from './rpc/keep-debug-artifact.ts';
import { rpcAddressOf } from './rpc/rpc-address.ts';
import { openVisitIngest } from './rpc/visit-ingest.ts';
import { fetchPicture } from './runs/fetch-picture.ts';
import { createRunMetrics } from './runs/run-metrics.ts';
import { createBotRuns } from './runs/bot-runs.ts';
import { createTextToSpeech } from './speech/text-to-speech.ts';
import { removeLeftovers } from './workers/home.ts';
import { workerUser } from './workers/worker-user.ts';
import { workerScript } from './workers/worker.ts';
import { createWorkers } from './workers/workers.ts';

/** Time kept for what comes after the bots have left: the last reports, the browsers. */
const LAST_REPORTS_MS = 2 * SECOND;

/** Takes bots into meetings. This process holds the streams; browsers are in processes of their own. */
export function createJoiner(config: JoinerConfig, log: Log, { clock = systemClock }: { clock?: Clock } = {}): Service {
  const resources = new ResourceStack(log);
  let finishRuns: (() => Promise<void>) | undefined;
  return {
    async start() {
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      const scheduler = resources.own(
        'scheduler',
        createRpcClient(JoinerControlServiceService, config.schedulerAddress, config.rpc),
      );
      const media = resources.own('media', createRpcClient(MediaServiceService, config.mediaAddress, config.rpc));
      const { user, isSandboxed } = workerUser({
        name: config.browser.user,
        paths: [process.execPath, workerScript, fileURLToPath(import.meta.resolve('playwright-core'))],
        log,
      });
      const { chromiumPath, args } = config.browser;
      const { termsAcceptedHosts, video, logLevel } = config;
      const { allow, hosts } = config.egress;
      const egress = resources.own('egress', createEgress({ allow, hosts, log }));
      const proxy = config.browser.proxy || (await ownProxy(egress, { log, resources }));
      await removeLeftovers(log);
      const workers = resources.own(
        'browsers',
        createWorkers({
          botsPerBrowser: config.botsPerBrowser,
          idleMs: config.browserIdleMs,
          browser: { chromiumPath, args, proxy, isSandboxed, allow, termsAcceptedHosts, video, logLevel },
          maxDiskBytes: config.browser.maxDiskBytes,
          user,
          clock,
          log,
        }),
      );

      const unackedReports = new UnackedReports();
      const tokens = new AssignmentTokens();
      // The two know each other: bot runs report by the stream that carries their refs.
      const control: { control?: ControlStream } = {};
      const controlMetrics = createControlMetrics();
      const runs = createBotRuns({
        maxBots: config.maxBots,
        workers,
        unackedReports,
        metrics: createRunMetrics(),
        clock,
        log,
        flush: () => control.control?.flush(),
        keepDebugArtifact: (ref, debugArtifact) => keepDebugArtifact({ media, tokens, log }, ref, debugArtifact),
        pictureOf: (url) => pictureOf(egress, { url, log }),
        textToSpeech: config.textToSpeech && createTextToSpeech(config.textToSpeech),
        openControl: ({ ref, visit, media: plan, controlSocketUrl: url }, controlled) =>
          openControlSocket({
            ...{ ...controlled, url, egress, clock, metrics: controlMetrics, log: log.child({ ...ref }) },
            ...{ botId: ref.botId, platform: visit.platform, bargeIn: plan.voice.bargeIn },
            fetchPicture: (address) => fetchPicture(egress, address),
          }),
        openIngest(assignment, options) {
          const { ref } = assignment;
          const deps = { client: media, clock, log: log.child({ ...ref }), token: tokens.of(ref) };
          return openVisitIngest(deps, assignment, options);
        },
      });
      const find = (botId: BotId) => {
        const { run, assignment } = runs.find(botId) ?? {};
        if (!run || !assignment) return undefined;
        const { speaker, showImage, isInMeeting } = run;
        return { speaker, showImage, isInMeeting, accountId: assignment.accountId };
      };
      const service = joinerService({ find, fetchPicture: (url) => fetchPicture(egress, url) });
      server.add(JoinerServiceService, service, joinerCallers);
      // Before the first heartbeat, which says where it is reached.
      const port = await server.start();
      const identity = createJoinerIdentity();
      control.control = resources.own(
        'control stream',
        openControlStream({
          client: scheduler,
          identity,
          rpcAddress: rpcAddressOf({ listen: config.rpcListen, advertise: config.rpcAdvertise, port }),
          tokens,
          unackedReports,
          clock,
          log,
          holdings: runs.holdings,
          handleCommand: runs.handleCommand,
          forgotten: runs.forget,
        }),
      );
      resources.add('bot runs', async () => {
        server.leave();
        const limit = Math.max(0, config.shutdownMs - LAST_REPORTS_MS);
        await Promise.race([runs.handOver(), clock.sleep(limit)]);
        const until = clock.now() + LAST_REPORTS_MS / 2;
        while (!unackedReports.isEmpty && clock.now() < until) await clock.sleep(20);
      });
      resources.own('rpc', server);
      finishRuns = async () => {
        server.leave();
        const enough = new AbortController();
        await Promise.race([runs.drain(), clock.sleep(config.drainMs, enough.signal).catch(() => {})]);
        enough.abort();
      };
      log.info('joiner ready', { joinerId: identity.joinerId, maxBots: config.maxBots });
    },
    /** Lets the bots finish their meetings, `drainMs` long; whoever is still in one then is handed over by the disposal. */
    drain: async () => finishRuns?.(),
    [Symbol.asyncDispose]: () => resources.release(),
  };
}

/** The way out of the browsers: pages that strangers chose reach nothing private. */
async function ownProxy(egress: Egress, { log, resources }: { log: Log; resources: ResourceStack }): Promise<string> {
  const proxy = resources.own('egress proxy', await createEgressProxy(egress, { log }));
  return proxy.url;
}

/** A picture that cannot be had costs nothing else. */
async function pictureOf(egress: Egress, { url, log }: { url: string; log: Log }): Promise<Picture | undefined> {
  const fetched = await fetchPicture(egress, url);
  if ('picture' in fetched) return fetched.picture;
  log.warn('bot image not shown', { problem: fetched.problem });
  return undefined;
}
