import { ArtifactInfo, ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import { describe, expect, it } from 'vitest';
import { contentDisposition, fileNamesOf, isFileName } from './file-names.ts';
import { toAudioStreams, toRecordingStreams } from './streams.ts';

const webcam = (over: Partial<ArtifactInfo> = {}) =>
  ArtifactInfo.fromPartial({
    ...{ kind: ArtifactKind.WEBCAM, participantId: 'p1', participantName: 'Jane Doe', trackId: 'cam-1', codec: 'vp8' },
    ...{ contentType: 'video/webm', width: 640, height: 360, durationMs: 125_500, offsetMs: 2000, artifactId: 'a' },
    ...over,
  });
const linked = (artifacts: readonly ArtifactInfo[]) => {
  const names = fileNamesOf(artifacts);
  return artifacts.map((artifact, index) => ({ artifact, fileName: names[index]!, url: `https://e/${names[index]}` }));
};

describe('the streams of a bot', () => {
  it('have the documented shape: people, their streams, segments in order', () => {
    const screen = webcam({
      kind: ArtifactKind.SCREEN_SHARE,
      trackId: 'screen-1',
      contentType: 'video/mp4',
      codec: 'h264',
    });
    const nobody = webcam({ participantId: '', participantName: '', trackId: 'cam-9' });
    const files = linked([webcam({ segmentIndex: 1, offsetMs: 200_000 }), webcam(), screen, nobody]);
    expect(toRecordingStreams('b', files)).toEqual({
      ...{ bot_id: 'b', video_status: 'Success', recording_streams_available: true },
      participants: [
        {
          participant_name: 'Jane Doe',
          streams: [
            {
              stream_id: 'cam-1',
              segments: [
                {
                  ...{ segment_index: 0, url: 'https://e/Jane_Doe_webcam_0.webm', filename: 'Jane_Doe_webcam_0.webm' },
                  ...{ duration_seconds: 125.5, offset_seconds: 2, width: 640, height: 360, codec: 'vp8' },
                },
                expect.objectContaining({ segment_index: 1, offset_seconds: 200, filename: 'Jane_Doe_webcam_1.webm' }),
              ],
            },
          ],
        },
        { participant_name: 'Unknown', streams: [expect.objectContaining({ stream_id: 'cam-9' })] },
      ],
      screenshares: [
        {
          participant_name: 'Jane Doe',
          streams: [
            { stream_id: 'screen-1', segments: [expect.objectContaining({ filename: 'Jane_Doe_screen_0.mp4' })] },
          ],
        },
      ],
      summary: { total_participants: 2, total_screenshares: 1, total_segments: 4 },
    });
    const voice = webcam({
      ...{ kind: ArtifactKind.SEPARATE_AUDIO, trackId: '', contentType: 'audio/webm', codec: 'opus' },
      ...{ sampleRate: 48_000, channels: 1 },
    });
    expect(toAudioStreams('b', linked([voice]))).toEqual({
      ...{ bot_id: 'b', audio_status: 'Success', audio_streams_available: true },
      participants: [
        {
          participant_name: 'Jane Doe',
          streams: [
            {
              stream_id: 'p1',
              segments: [
                {
                  ...{ segment_index: 0, url: expect.any(String), filename: 'Jane_Doe_audio_0.webm', codec: 'opus' },
                  ...{ duration_seconds: 125.5, offset_seconds: 2, sample_rate: 48_000, channels: 1 },
                },
              ],
            },
          ],
        },
      ],
      summary: { total_participants: 1, total_segments: 1 },
    });
  });

  it('say why there are none', () =>
    expect(toAudioStreams('b', [], 'There are none: nobody spoke')).toMatchObject({
      ...{ audio_streams_available: false, participants: [], message: 'There are none: nobody spoke' },
      summary: { total_participants: 0, total_segments: 0 },
    }));
});

describe('file names', () => {
  it('are each another, also of two people of one name, and of names that no file system takes', () => {
    const names = fileNamesOf([
      webcam(),
      webcam({ participantId: 'p2' }),
      webcam({ participantId: 'p2', segmentIndex: 1 }),
      webcam({ participantName: '../../etc/passwd\u0000"\r\nx: y' }),
      webcam({ participantName: 'Zoë 张伟', contentType: 'video/mp4' }),
      webcam({ participantName: 'x'.repeat(500) }),
    ]);
    expect(names.slice(0, 5)).toEqual([
      ...['Jane_Doe_webcam_0.webm', 'Jane_Doe_webcam_2_0.webm', 'Jane_Doe_webcam_2_1.webm'],
      ...['etc_passwd_x_y_webcam_0.webm', 'Zoë_张伟_webcam_0.mp4'],
    ]);
    expect(names.every((name) => isFileName(name))).toBe(true);
    expect(['../x.webm', 'a"b.webm', '.webm', 'a.exe5x'].filter((name) => isFileName(name))).toEqual([]);
  });

  it('stand in a header in letters of its own', () =>
    expect(contentDisposition('Zoë_webcam_0.mp4')).toBe(
      `inline; filename="Zo__webcam_0.mp4"; filename*=UTF-8''Zo%C3%AB_webcam_0.mp4`,
    ));
});
