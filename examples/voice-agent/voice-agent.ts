/**
 * A voice agent: a bot in a meeting that listens and speaks with OpenAI's realtime model.
 *
 *   people  ->  bot  -> /audio    frames of PCM  ->  this  -> input_audio_buffer.append    ->  model
 *   people  <-  bot  <- /control  sendaudio      <-  this  <- response.output_audio.delta  <-  model
 */
import { randomUUID } from 'node:crypto';
import { WebSocket, WebSocketServer } from 'ws';

const { EARSHOT_URL, EARSHOT_API_KEY, MEETING_LINK, OPENAI_API_KEY } = process.env;
const { OPENAI_REALTIME_URL = 'wss://api.openai.com/v1/realtime', OPENAI_MODEL = 'gpt-realtime' } = process.env;
const { PORT = '8090', PUBLIC_URL = `ws://127.0.0.1:${PORT}` } = process.env;
const { INSTRUCTIONS = 'You take part in a meeting. Answer in one or two sentences.' } = process.env;

/** What OpenAI takes and gives; the bot sends it so, and nothing is resampled here. */
const SAMPLE_RATE = 24_000;
const BYTES_PER_MS = (SAMPLE_RATE * 2) / 1000;
/** In the addresses that the bot is given, so that nobody else speaks through it. */
const secret = randomUUID();

let botId: string | undefined;
/** The bot's control socket, the last one: it connects anew when the network fails it. */
let bot: WebSocket | undefined;
/** The response that the model is making. */
let responseId: string | undefined;
/** One that was cancelled: some of its audio may still be on its way. */
let cancelledId: string | undefined;
/** What the bot is saying: an item of the model's, how much of its audio the bot was sent, and since when. */
let answer: { readonly itemId: string; readonly startedAt: number; sentMs: number } | undefined;

const model = new WebSocket(`${OPENAI_REALTIME_URL}?model=${OPENAI_MODEL}`, {
  headers: { authorization: `Bearer ${OPENAI_API_KEY}` },
});
const toModel = (event: object) => model.readyState === model.OPEN && model.send(JSON.stringify(event));
const toBot = (command: object) => bot?.send(JSON.stringify(command));

model.on('open', () => {
  const format = { type: 'audio/pcm', rate: SAMPLE_RATE };
  // The model finds out when a turn begins and ends; what of an interrupted answer was heard, only the bot knows.
  const turn_detection = { type: 'server_vad', interrupt_response: false };
  const audio = { input: { format, turn_detection }, output: { format, voice: 'marin' } };
  // 1200 tokens are a minute of audio, and a bot has room for a minute.
  const session = { type: 'realtime', instructions: INSTRUCTIONS, audio, max_output_tokens: 1200 };
  toModel({ type: 'session.update', session });
});

model.on('message', (data: Buffer) => {
  const event = JSON.parse(data.toString());
  switch (event.type) {
    case 'session.updated':
      return void joinMeeting();
    case 'input_audio_buffer.speech_started':
      return interrupt(Date.now() - (answer?.startedAt ?? 0));
    case 'response.created':
      return (responseId = event.response.id);
    case 'response.output_audio.delta':
      return event.response_id !== cancelledId && say(event.item_id, event.delta);
    case 'response.output_audio_transcript.done':
      return console.log(`agent: ${event.transcript}`);
    case 'response.done':
      return (responseId = undefined);
    case 'error': // A response may end just as it is cancelled.
      return event.error.code !== 'response_cancel_not_active' && console.error(`model: ${event.error.message}`);
  }
});
model.on('error', (error) => console.error(`model: ${error.message}`));
model.on('close', leave);

/** Has the bot say the next piece of an answer. It queues what comes faster than it can be spoken. */
function say(itemId: string, audiochunk: string): void {
  if (answer?.itemId !== itemId) answer = { itemId, startedAt: Date.now(), sentMs: 0 };
  answer.sentMs += Buffer.byteLength(audiochunk, 'base64') / BYTES_PER_MS;
  const format = { sample_rate: SAMPLE_RATE, encoding: 'pcm16', channels: 1, endianness: 'little' };
  toBot({ command: 'sendaudio', audiochunk, ...format });
}

/** Somebody begins to speak: the bot is silent at once, and the model forgets what nobody heard. */
function interrupt(playedMs: number): void {
  if (!responseId && playedMs >= (answer?.sentMs ?? 0)) return; // Nothing is being said.
  if (responseId) toModel({ type: 'response.cancel', response_id: responseId });
  if (answer) {
    const audio_end_ms = Math.floor(Math.min(playedMs, answer.sentMs));
    toBot({ command: 'interrupt', action: 'clear_audio_queue' });
    toModel({ type: 'conversation.item.truncate', item_id: answer.itemId, content_index: 0, audio_end_ms });
  }
  [cancelledId, responseId, answer] = [responseId, undefined, undefined];
}

const server = new WebSocketServer({ port: Number(PORT) });
server.on('connection', (socket, { url }) => {
  if (url === `/${secret}/audio`) socket.on('message', hear);
  else if (url === `/${secret}/control`) control(socket);
  else socket.close(1008);
});

/** A frame: 0x01, a speaker's id and name with their lengths (16 bits, little endian), and PCM. */
function hear(frame: Buffer, isBinary: boolean): void {
  if (!isBinary) return; // The greeting.
  const nameAt = 3 + frame.readUInt16LE(1);
  const pcm = frame.subarray(nameAt + 2 + frame.readUInt16LE(nameAt));
  toModel({ type: 'input_audio_buffer.append', audio: pcm.toString('base64') });
}

function control(socket: WebSocket): void {
  bot = socket;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString());
    // The bot notices first, after 150 ms of somebody's voice, and has fallen silent by itself (barge_in: stop).
    if (message.command === 'interrupt') interrupt(message.played_ms);
    if (message.command === 'usermsg') read(`${message.sender_name} writes: ${message.message}`);
    if (message.type === 'error') console.error(`bot: ${message.message}`);
  });
  // 1000: it has left the meeting. After anything else it comes back.
  socket.on('close', (code) => code === 1000 && process.exit());
}

/** What is written in the meeting's chat is answered aloud. */
function read(text: string): void {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  toModel({ type: 'conversation.item.create', item });
  if (!responseId) toModel({ type: 'response.create' });
}

async function earshot(path: string, body: object): Promise<{ bot_id: string }> {
  const headers = { authorization: `Token ${EARSHOT_API_KEY}`, 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${EARSHOT_URL}/api/v1/bots/${path}`, request);
  if (!response.ok) throw new Error(`Earshot answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as { bot_id: string };
}

async function joinMeeting(): Promise<void> {
  const url = `${PUBLIC_URL}/${secret}`;
  const ordered = await earshot('create_bot', {
    ...{ meeting_link: MEETING_LINK, bot_name: 'Voice agent', video_required: false },
    live_audio_required: { websocket_url: `${url}/audio`, sample_rate: SAMPLE_RATE },
    socket_connection_url: { websocket_url: `${url}/control`, barge_in: 'stop' },
  });
  botId = ordered.bot_id;
  console.log(`bot ${botId} is on its way`);
}

/** The bot leaves the meeting, and this ends. */
async function leave(): Promise<void> {
  if (botId) await earshot(`${botId}/remove_bot`, {}).catch(console.error);
  process.exit(1);
}
process.on('SIGINT', leave).on('SIGTERM', leave);
