import type { Customer } from '@earshot/harness';

export const BOT_NAME = 'Earshot Notetaker';

/** The documented complete example, with this run's addresses. */
export function completeOrder({ meetingLink, customer }: { meetingLink: string; customer: Customer }) {
  return {
    meeting_link: meetingLink,
    bot_name: BOT_NAME,
    audio_required: true,
    video_required: false,
    bot_message: 'Hello, I am taking notes.',
    callback_url: customer.callbackUrl,
    custom_attributes: { team: 'demo' },
    live_transcription_required: { webhook_url: customer.liveTranscriptUrl },
    live_audio_required: { websocket_url: customer.liveAudioUrl },
    recording_config: {
      transcript: {
        provider: {
          deepgram_streaming: {
            model: 'nova-2',
            transcription_mode: 'sentence',
            language: 'en',
            punctuate: true,
            smart_format: true,
            endpointing: 300,
            vad_events: true,
            utterance_end_ms: 1000,
            encoding: 'linear16',
            channels: 1,
          },
        },
      },
      retention: { type: 'timed', hours: 24 },
      realtime_endpoints: [
        {
          type: 'webhook',
          url: customer.participantUrl,
          events: ['participant_events.join', 'participant_events.leave'],
        },
      ],
    },
    automatic_leave: {
      waiting_room_timeout: 600,
      everyone_left_timeout: 5,
      in_call_recording_timeout: 14_400,
      recording_permission_denied_timeout: 60,
    },
  };
}
