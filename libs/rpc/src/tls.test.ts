import { describe, expect, it } from 'vitest';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { JoinerControlServiceService } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { isLoopback, serverOf } from './tls.ts';

describe('serverOf', () => {
  it.each([
    ['scheduler', JoinerControlServiceService],
    ['media-streamer', MediaServiceService],
    ['transcriber', TranscriptServiceService],
  ] as const)('says that %s serves its package', (service, definition) => {
    expect(serverOf(definition)).toBe(service);
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1:7401', '127.1.2.3:0', 'localhost:7401', '[::1]:7401'])('holds for %s', (listen) => {
    expect(isLoopback(listen)).toBe(true);
  });

  it.each(['0.0.0.0:7401', '[::]:7401', '10.0.0.1:7401', 'scheduler:7401', '127.0.0.1.example:1'])(
    'does not hold for %s',
    (listen) => {
      expect(isLoopback(listen)).toBe(false);
    },
  );
});
