import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createApi, startCustomer, Watched } from '@earshot/harness';
import { silentLog } from '@earshot/kernel';
import { freePorts, startStack } from '@earshot/stack';
import { expect, it } from 'vitest';

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
  const { status } = await createApi(stack).request('POST', '/bots/create_bot', {
    meeting_link: 'https://meet.google.com/abc-defg-hij',
    callback_url: customer.callbackUrl,
    callback_version: '2026-06',
    join_at: new Date(Date.now() + 20 * 60 * 60 * 1000).toISOString(),
  });
  expect(status).toBe(201);

  const { spans, watched } = collector;
  const attempt = await watched.until(
    () => spans.find(({ name }) => name === 'POST callback'),
    AbortSignal.timeout(30_000),
  );
  const way = () => {
    const path: Span[] = [];
    for (let at: Span | undefined = attempt; at; at = spans.find(({ spanId }) => spanId === path[0]?.parentSpanId)) {
      path.unshift(at);
    }
    return path;
  };
  // Each process exports when its own time has come.
  await watched.until(() => way()[0]?.parentSpanId === '', AbortSignal.timeout(30_000));
  expect(way().map(({ service, name }) => `${service}: ${name}`)).toEqual([
    'gateway: POST /api/v1/bots/create_bot',
    'gateway: earshot.scheduler.v1.BotService/CreateBot',
    'scheduler: earshot.scheduler.v1.BotService/CreateBot',
    'gateway: hear bots.scheduled',
    'notifier: POST callback',
  ]);
  expect(new Set(way().map(({ traceId }) => traceId)).size).toBe(1);
});
