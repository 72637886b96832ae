import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createApi, startCustomer, Watched } from '@earshot/harness';
import { silentLog } from '@earshot/kernel';
import { freePorts, startStack } from '@earshot/stack';
import { expect, it } from 'vitest';
import { openQuickJoiner, stays } from '../../e2e/src/callbacks/quick-joiner.ts';

interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
}

interface Resource {
  readonly resource: {
    readonly attributes: { readonly key: string; readonly value: { readonly stringValue: string } }[];
  };
  readonly scopeSpans: { readonly spans: Omit<Span, 'service'>[] }[];
}

/** Takes what is exported by OTLP over HTTP as JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
async function startCollector() {
  const spans: Span[] = [];
  const watched = new Watched();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') {
        const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as { resourceSpans: Resource[] };
        for (const { resource, scopeSpans } of resourceSpans) {
          const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
          for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
            const { name, traceId, spanId, parentSpanId = '' } = span;
            spans.push({ service, name, traceId, spanId, parentSpanId });
          }
        }
        watched.changed();
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    watched,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

it('holds from the request to the answer of the webhook, span by span', { timeout: 120_000 }, async () => {
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-trace-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const collector = parts.use(await startCollector());
  const customer = parts.use(await startCustomer());
  const stack = parts.use(
    await startStack({
      ...{ root: resolve(import.meta.dirname, '../../..'), dataDir, ports: await freePorts() },
      ...{ isThrowaway: true, log: silentLog, only: ['gateway', 'scheduler', 'notifier'] },
      settings: {
        ...process.env,
        EGRESS_ALLOW: '127.0.0.1',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    }),
  );
  const api = createApi(stack);
  const order = async (more: object) => {
    const { status, body } = await api.request('POST', '/bots/create_bot', {
      meeting_link: 'https://meet.google.com/abc-defg-hij',
      callback_url: customer.callbackUrl,
      callback_version: '2026-06',
      ...more,
    });
    expect(status).toBe(201);
    return (body as { bot_id: string }).bot_id;
  };
  await order({ join_at: new Date(Date.now() + 20 * 60 * 60 * 1000).toISOString() });

  const { spans, watched } = collector;
  /** From the root to the first span that is so; waits until each process has exported its part. */
  const wayTo = async (isEnd: (span: Span) => boolean): Promise<Span[]> => {
    const end = await watched.until(() => spans.find(isEnd), AbortSignal.timeout(30_000));
    const way = () => {
      const path: Span[] = [];
      for (let at: Span | undefined = end; at; at = spans.find(({ spanId }) => spanId === path[0]?.parentSpanId)) {
        path.unshift(at);
      }
      return path;
    };
    await watched.until(() => way()[0]?.parentSpanId === '', AbortSignal.timeout(30_000));
    return way();
  };
  const request = [
    'gateway: POST /api/v1/bots/create_bot',
    'gateway: earshot.scheduler.v1.BotService/CreateBot',
    'scheduler: earshot.scheduler.v1.BotService/CreateBot',
  ];
  const ordered = await wayTo(({ name }) => name === 'POST callback');
  expect(ordered.map(told)).toEqual([...request, 'gateway: process bots.scheduled', 'notifier: POST callback']);
  expect(new Set(ordered.map(({ traceId }) => traceId)).size).toBe(1);

  // What a joiner does with a bot later belongs to the request that ordered it.
  parts.use(
    openQuickJoiner({
      ...{
        address: `127.0.0.1:${stack.ports.scheduler}`,
        identity: stack.identity('joiner'),
        maxBots: 1,
        visit: stays,
      },
    }),
  );
  await order({});
  const heard = await watched.until(
    () => spans.find(({ name }) => name === 'process bots.recording'),
    AbortSignal.timeout(30_000),
  );
  const later = await wayTo(({ name, parentSpanId }) => name === 'POST callback' && parentSpanId === heard.spanId);
  expect(later.map(told)).toEqual([...request, 'gateway: process bots.recording', 'notifier: POST callback']);
});

const told = ({ service, name }: Span) => `${service}: ${name}`;
