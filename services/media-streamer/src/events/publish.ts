import { randomUUID } from 'node:crypto';
import { MediaEvent } from '@earshot/contract/media/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import type { MediaFact } from '../domain/media-fact.ts';

/** All that the media-streamer publishes: media.<bot_id>.<kind>. */
export function encodeMediaFact(fact: MediaFact): OutboxFact {
  const id = randomUUID();
  const { botId, at, kind } = fact;
  const payload = MediaEvent.encode({ eventId: id, botId, occurredAt: new Date(at), fact: toMessage(fact) }).finish();
  return { id, subject: `media.${botId}.${kind}`, payload };
}

function toMessage(fact: MediaFact): MediaEvent['fact'] {
  switch (fact.kind) {
    case 'recording-ready': {
      const { durationMs, bytes, missingMs, detail } = fact;
      return { $case: 'recordingReady', value: { durationMs, bytes, missingMs, detail } };
    }
    case 'recording-missing':
      return { $case: 'recordingMissing', value: { detail: fact.detail } };
    case 'recording-trouble': {
      const { detail, keptMs, isOver: visitOver } = fact;
      return { $case: 'recordingTrouble', value: { detail, keptMs, visitOver } };
    }
    case 'tracks-ready':
      return { $case: 'tracksReady', value: { videoTracks: fact.videoTracks } };
    case 'participant-joined':
    case 'participant-left': {
      const { participantId, name, atMs } = fact;
      const $case = fact.kind === 'participant-joined' ? 'participantJoined' : 'participantLeft';
      return { $case, value: { participantId, name, atMs } };
    }
    case 'speech-on':
    case 'speech-off': {
      const { participantId, name, atMs } = fact;
      return { $case: fact.kind === 'speech-on' ? 'speechOn' : 'speechOff', value: { participantId, name, atMs } };
    }
    case 'chat-posted': {
      const { messageId, senderId, senderName, text, atMs } = fact;
      return { $case: 'chatPosted', value: { messageId, senderId, senderName, text, atMs } };
    }
  }
}
