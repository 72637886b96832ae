import { expect, it } from 'vitest';
import { codeOfRefusal } from './refusals.ts';

const room = 'resource-exhausted';
const again = 'unavailable';
const key = 'unauthenticated';

it.each([
  [
    'AssemblyAI has no room',
    { closeCode: 1008, reason: 'Unauthorized connection: Too many concurrent sessions' },
    room,
  ],
  ['AssemblyAI has no room, by its newer number', { closeCode: 3009, reason: 'Too many concurrent sessions' }, room],
  ['AssemblyAI has no room and gives no reason', { closeCode: 3009, reason: '' }, room],
  [
    'AssemblyAI garbled the credential',
    { closeCode: 1008, reason: 'Unauthorized connection: Incorrect padding' },
    again,
  ],
  ['AssemblyAI refuses the key', { closeCode: 1008, reason: 'Unauthorized connection: Invalid API key' }, key],
  ['AssemblyAI misses the key', { closeCode: 1008, reason: 'Missing Authorization header' }, key],
  ['AssemblyAI closes by policy without a word', { closeCode: 1008, reason: '' }, key],
  ['AssemblyAI says it without any number', { reason: 'Not authorized' }, key],
  ['AssemblyAI wants paying', { closeCode: 1008, reason: 'Insufficient funds' }, room],
  ['a session of AssemblyAI is too old', { closeCode: 3008, reason: 'Session Expired' }, again],
  ['a server of AssemblyAI fails', { closeCode: 3005, reason: 'Server error' }, again],
  ['a message of ours is refused', { closeCode: 3006, reason: 'Invalid message' }, 'internal'],
  ['Deepgram refuses the key', { status: 401, reason: 'Invalid credentials.' }, key],
  ['Deepgram refuses a model', { status: 400, reason: 'Bad Request: no such model' }, 'invalid-argument'],
  ['Deepgram has no room', { status: 429, reason: 'Too many requests. Please try again later' }, room],
  ['a router has no room and calls it forbidden', { status: 403, reason: 'Quota exceeded for this project' }, room],
  ['Deepgram is away', { status: 503, reason: 'Service temporarily unavailable.' }, again],
  ['nobody was reached', { reason: 'connect ECONNREFUSED' }, again],
  ['the network went', { closeCode: 1006, reason: '' }, again],
])('%s', (_, refusal, code) => {
  expect(codeOfRefusal(refusal)).toBe(code);
});

it("takes Deepgram's 1008, audio it cannot decode, for what it is", () => {
  expect(codeOfRefusal({ closeCode: 1008, reason: 'DATA-0000' }, 'internal')).toBe('internal');
});
