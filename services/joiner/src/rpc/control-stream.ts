import type {
  JoinerControlServiceService,
  ConnectRequest,
  Heartbeat,
} from '@earshot/contract/scheduler/v1/joiner_control.ts';
import {
  AppError,
  AsyncQueue,
  reconnect,
  SECOND,
  type Clock,
  type Connection,
  type Log,
  type AssignmentRef,
} from '@earshot/kernel';
import type { JoinerIdentity, RpcClient } from '@earshot/rpc';
import type { Command } from '../domain/bot.ts';
import type { UnackedReports } from '../domain/unacked-reports.ts';
import type { AssignmentTokens } from './assignment-tokens.ts';
import { fromConnectResponse, fromRefMessage, toReportMessage, toRefMessage } from './mapping.ts';

const HEARTBEAT_MS = SECOND;
/** Much shorter than a lease of ten seconds: a stream that is lost must not cost a bot. */
const MAX_DELAY_MS = SECOND;

export interface ControlStreamDeps {
  readonly client: Pick<RpcClient<typeof JoinerControlServiceService>, 'connect'>;
  readonly identity: JoinerIdentity;
  /** Where JoinerService is reached, `host:port`. */
  readonly rpcAddress: string;
  readonly tokens: AssignmentTokens;
  readonly unackedReports: UnackedReports;
  readonly clock: Clock;
  readonly log: Log;
  /** What is held at this moment. */
  readonly holdings: () => { readonly freeSlots: number; readonly refs: readonly AssignmentRef[] };
  readonly handleCommand: (command: Command) => void;
  /** These ends are committed: the refs need not be sent any more. */
  readonly forgotten: (refs: readonly AssignmentRef[]) => void;
}

/** The stream to the scheduler, opened again whenever it breaks; no bot is affected. */
export interface ControlStream extends AsyncDisposable {
  /** Sends new reports, and a heartbeat, at once. */
  flush(): void;
}

export function openControlStream(deps: ControlStreamDeps): ControlStream {
  const { clock, log } = deps;
  const closing = new AbortController();
  let current: ControlConnection | undefined;

  const running = reconnect(
    {
      ...{ clock, signal: closing.signal, maxDelayMs: MAX_DELAY_MS },
      onLost({ error, failures }) {
        if (error !== undefined) log.debug('control stream ended', { code: AppError.from(error).code });
        if (failures === 0) log.warn('control stream lost');
      },
    },
    async (connection) => {
      current = openConnection(deps, connection);
      await current.ended.finally(() => (current = undefined));
    },
  );
  const heartbeats = (async () => {
    while (!closing.signal.aborted) {
      current?.sendHeartbeat();
      await clock.sleep(HEARTBEAT_MS, closing.signal).catch(() => {});
    }
  })();

  return {
    flush() {
      current?.sendHeartbeat();
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new AppError('cancelled', 'the joiner is closing'));
      await Promise.all([running, heartbeats]);
    },
  };
}

interface ControlConnection {
  sendHeartbeat(): void;
  /** Resolves when the stream is over, or rejects with what broke it. */
  readonly ended: Promise<void>;
}

function openConnection(deps: ControlStreamDeps, { signal, up }: Connection): ControlConnection {
  const requests = new AsyncQueue<ConnectRequest>();
  let reported = 0;
  const sendHeartbeat = () => {
    // Reports go before the heartbeat: a ref must not vanish before its end is known.
    for (const report of deps.unackedReports.all()) {
      if (report.sequence <= reported) continue;
      reported = report.sequence;
      requests.push({
        message: { $case: 'report', value: toReportMessage(report, deps.tokens.of(report.ref)) },
      });
    }
    requests.push({ message: { $case: 'heartbeat', value: toHeartbeat(deps) } });
  };
  requests.push({ message: { $case: 'heartbeat', value: toHeartbeat(deps) } });
  sendHeartbeat();
  const ended = (async () => {
    try {
      for await (const response of deps.client.connect(requests, { signal })) {
        up();
        onResponse(deps, response);
      }
    } finally {
      requests.end();
    }
  })();
  return { sendHeartbeat, ended };
}

function toHeartbeat({ identity, rpcAddress, tokens, holdings }: ControlStreamDeps): Heartbeat {
  const { freeSlots, refs } = holdings();
  return { ...identity, rpcAddress, freeSlots, refs: refs.map((ref) => toRefMessage(ref, tokens.of(ref))) };
}

function onResponse(
  { unackedReports, log, tokens, handleCommand, forgotten }: ControlStreamDeps,
  response: Parameters<typeof fromConnectResponse>[0],
): void {
  try {
    const command = fromConnectResponse(response);
    if (response.message?.$case === 'assign') {
      const { ref } = response.message.value;
      tokens.keep(fromRefMessage(ref), ref?.token ?? '');
    }
    if (command?.kind === 'acknowledge') forgotten(unackedReports.acknowledge(command.sequence));
    else if (command) handleCommand(command);
  } catch (error) {
    // A command that cannot be read must not cost the stream: it would be repeated on the next one.
    log.error('command not understood', { error });
  }
}
