import { createApi } from '@earshot/harness';
import { playFuzz } from '../fuzz/play.ts';
import { setFuzzStage } from '../fuzz/world.ts';
import type { E2eStory } from '../story.ts';

const link = 'https://meet.google.com/abc-defg-hij';

interface Bad {
  readonly name: string;
  readonly body: unknown;
  readonly key?: string;
  readonly status: number;
  /** Each has to stand in the answer. */
  readonly check: readonly string[];
}

const cases: readonly Bad[] = [
  {
    name: 'a wrong key',
    body: { meeting_link: link },
    key: 'Token wrong-wrong-wrong-wrong',
    status: 403,
    check: ['Invalid token.'],
  },
  { name: 'no key', body: { meeting_link: link }, key: '', status: 401, check: ['credentials'] },
  { name: 'not JSON', body: '{"meeting_link": ', status: 400, check: ['not valid JSON'] },
  { name: 'not an object', body: '[1]', status: 400, check: ['JSON object'] },
  { name: 'no meeting_link', body: {}, status: 400, check: ['meeting_link is required'] },
  {
    name: 'two providers',
    body: { meeting_link: link, recording_config: { transcript: { provider: { deepgram: {}, assemblyai: {} } } } },
    status: 400,
    check: ['recording_config.transcript.provider', 'deepgram, assemblyai'],
  },
  {
    name: 'a private callback address',
    body: { meeting_link: link, callback_url: 'https://10.1.2.3/x' },
    status: 400,
    check: ['callback_url'],
  },
  {
    name: 'a metadata address',
    body: { meeting_link: link, callback_url: 'http://169.254.169.254/' },
    status: 400,
    check: ['callback_url'],
  },
  {
    name: 'a time in no format',
    body: { meeting_link: link, join_at: 'next tuesday' },
    status: 400,
    check: ['join_at'],
  },
  {
    name: 'an unknown platform',
    body: { meeting_link: 'https://example.org/room' },
    status: 400,
    check: ['meeting_link', 'platform'],
  },
  {
    name: 'everything at once',
    body: {
      meeting_link: 'x',
      join_at: 'y',
      bogus: 1,
      callback_url: 'https://[::1]/',
      automatic_leave: { in_call_recording_timeout: 5 },
    },
    status: 400,
    check: [
      'meeting_link',
      'join_at',
      'bogus',
      'callback_url',
      'in_call_recording_timeout must be at least 600 seconds',
    ],
  },
];

/** Each bad request is one clear answer that names the field; then three hundred by chance. */
export const badRequests: E2eStory = {
  name: 'bad requests get one clear 4xx that names every field at fault, and spoiled ones no 5xx and the documented shapes',
  async play(screen) {
    await using fixture = await setFuzzStage();
    const { body: before } = await createApi(fixture.stack).request('GET', '/bots');
    const checks = [];
    for (const { name, body, key = `Token ${fixture.stack.apiKey}`, status, check } of cases) {
      const response = await fetch(`${fixture.stack.url}/api/v1/bots/create_bot`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key ? { authorization: key } : {}) },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const { message } = (await response.json()) as { message: string };
      screen.line(`${name}: ${response.status} ${message}`);
      checks.push({
        check: `${name} is ${status}`,
        passed: response.status === status && check.every((part) => message.includes(part)),
      });
    }
    const { body } = await createApi(fixture.stack).request('GET', '/bots');
    checks.push({ check: 'none of them made a bot', passed: body.bots.length === before.bots.length });
    // The short form of `npm run fuzz`.
    return [...checks, ...(await playFuzz(fixture, { seed: 1, requests: 300, screen }))];
  },
};
