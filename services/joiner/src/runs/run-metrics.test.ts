import { metrics } from '@opentelemetry/sdk-node';
import { describe, expect, it } from 'vitest';
import { createRunMetrics } from './run-metrics.ts';

const { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = metrics;

describe('createRunMetrics', () => {
  it('counts how often each candidate was found, and by which tap each track came', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
    const metrics = createRunMetrics(provider.getMeter('test'));
    const taps = { encoded: 2, track: 0, output: 1, none: 0, refused: 0 };
    const refusals = { popup: 10, download: 8, dialog: 0, 'file-chooser': 0 };
    metrics.count('zoom', {
      taps,
      refusals,
      video: {
        frames: 7,
        dropped: 2,
        refused: 0,
        keyFramesAsked: 1,
        isFilmed: false,
        codecs: { vp8: 1 },
        way: 'encoded',
      },
      selectors: { 'join.v2': { hits: 0, looks: 4 }, 'join.v1': { hits: 3, looks: 4 } },
    });
    metrics.ended('zoom', 'stop-ordered');
    metrics.spoke('zoom', { source: 'socket', outcome: 'barge-in' });
    metrics.ranDry('zoom', 0);
    metrics.ranDry('zoom', 3);
    await provider.forceFlush();
    const exported = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [descriptor.name, ...Object.values(attributes), value].join(' ')),
      );
    expect(exported.toSorted()).toEqual([
      'earshot.joiner.page.refusals zoom download 8',
      'earshot.joiner.page.refusals zoom popup 10',
      'earshot.joiner.selector.looks zoom join.v1 hit 3',
      'earshot.joiner.selector.looks zoom join.v1 miss 1',
      'earshot.joiner.selector.looks zoom join.v2 miss 4',
      'earshot.joiner.speeches zoom socket barge-in 1',
      'earshot.joiner.tracks zoom encoded 2',
      'earshot.joiner.tracks zoom output 1',
      'earshot.joiner.video.frames zoom dropped 2',
      'earshot.joiner.video.frames zoom taken 7',
      'earshot.joiner.video.visits zoom encoded 1',
      'earshot.joiner.visits zoom stop-ordered 1',
      'earshot.joiner.voice.underruns zoom 3',
    ]);
    await provider.shutdown();
  });
});
