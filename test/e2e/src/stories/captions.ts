import { statusIs } from '@earshot/demo';
import { eventually, openFixture } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { Face } from '@earshot/lab';
import type { E2eStory } from '../story.ts';

const removal = "You've been removed from the meeting.";

/** A meeting whose own captions are the transcript: no provider, no key. */
export const captionsOn = (face: Face): E2eStory => ({
  name: `the captions of a meeting on ${face} become its transcript, live and afterwards; the transcriber is killed in between`,
  async play(screen) {
    await using fixture = await openFixture({ face, settings: { DEEPGRAM_API_KEY: '', ASSEMBLYAI_API_KEY: '' } });
    const { api, customer, room, stack, sandbox } = fixture;
    const signal = AbortSignal.timeout(180 * SECOND);
    const [ann, ben] = [await room.join({ name: 'Ann' }), await room.join({ name: 'Ben' })];
    const ordered = await api.request('POST', '/bots/create_bot', {
      meeting_link: room.link,
      bot_name: 'Earshot',
      live_transcription_required: { webhook_url: customer.liveTranscriptUrl },
      recording_config: { transcript: { provider: { meeting_captions: {} } } },
    });
    const path = `/bots/${ordered.body.bot_id}`;
    const has = (status: string) =>
      eventually(async () => statusIs(await api.request('GET', `${path}/status`), status), { signal });
    const finals = () =>
      customer.live.flatMap(({ body }) => (body.is_final ? `${body.speakerName}: ${body.transcript}` : []));
    const told = (text: string) => customer.watched.until(() => finals().some((each) => each.endsWith(text)), signal);
    await has('Recording');

    const said = [
      'the quick brown fox jumps over the lazy dog',
      'pack my box with five dozen liquor jugs',
      'I am still here',
    ];
    await ann.say(said[0] ?? '');
    await told(said[0] ?? '');
    await ben.caption(removal);
    await told(removal);
    screen.line('kill -9 transcriber, while Ben speaks', 'red');
    stack.processes.get('transcriber')?.kill('SIGKILL');
    await ben.say(said[1] ?? '');
    await told(said[1] ?? '');
    // What is not settled when the bot leaves is not lost either.
    const newest = () => customer.live.at(-1)?.body.transcript;
    await ann.caption(said[2] ?? '');
    await customer.watched.until(() => newest() === said[2], signal);
    await api.request('POST', `${path}/remove_bot`);
    await has('Done');

    const { body: segments } = await api.request('GET', `${path}/get_transcript`);
    const { body: detail } = await api.request('GET', `${path}/detail`);
    const { caption_file: file } = detail.bot_details;
    const headers = { authorization: `Token ${stack.apiKey}` };
    const subtitles = file.available ? await (await fetch(file.url, { headers, signal })).text() : '';
    const unwrapped = subtitles.replaceAll('\n', ' ');
    const deleted = await api.request('DELETE', `${path}/delete`);
    const gone = await api.request('GET', `${path}/get_transcript`);

    const expected = [`Ann: ${said[0]}`, `Ben: ${removal}`, `Ben: ${said[1]}`, `Ann: ${said[2]}`];
    const read: string[] = segments.map(
      (each: { speaker: string; transcript: string }) => `${each.speaker}: ${each.transcript}`,
    );
    const partials = customer.live.filter(({ body }) => !body.is_final);
    const words = customer.live.flatMap(({ body }) =>
      body.words.map((word: { confidence: number; speaker: string }) => ({ ...word, by: body.speakerName })),
    );
    return [
      {
        check: `transcript_id of create_bot: ${ordered.body.transcript_id}`,
        passed: ordered.body.transcript_id === null,
      },
      { check: `the transcript: ${read.join(' | ')}`, passed: isSame(read, expected) },
      { check: `live: ${finals().length} finals, each once, in order`, passed: isSame(finals(), expected) },
      { check: `live: ${partials.length} partials before them`, passed: partials.length > 0 },
      {
        check: 'words carry their speaker, and no confidence',
        passed: words.length > 0 && words.every(({ confidence, speaker, by }) => confidence === 0 && speaker === by),
      },
      {
        check: 'a file of subtitles with every line',
        passed: subtitles.startsWith('WEBVTT') && said.every((text) => unwrapped.includes(text)),
      },
      { check: 'no provider was asked', passed: sandbox.requests.length === 0 },
      { check: `deleted, then ${gone.status}`, passed: deleted.status === 200 && gone.status === 404 },
    ];
  },
});

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
