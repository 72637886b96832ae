import { Agent as HttpAgent, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { SECOND } from '@earshot/kernel';

/** A reason is a sentence; what is longer is no reason. */
const LONGEST_BODY = 8192;
const LONGEST_WAIT_MS = 2 * SECOND;

interface Requesting {
  addRequest(request: ClientRequest, ...rest: unknown[]): void;
}

/**
 * Why a provider refused to upgrade a connection to a WebSocket. `ws` gives the status and throws the answer away, which says
 * why; so the answer is read before `ws` sees it. For one handshake.
 */
export class HandshakeRefusal {
  readonly agent: HttpAgent;
  #reason: string | undefined;

  /** `url`: where to; only its protocol counts. */
  constructor(url: string) {
    this.agent = /^(http|ws):/.test(url) ? new HttpAgent() : new HttpsAgent();
    const requesting = this.agent as unknown as Requesting;
    const addRequest = requesting.addRequest.bind(requesting);
    requesting.addRequest = (request, ...rest) => {
      this.#watch(request);
      addRequest(request, ...rest);
    };
  }

  /** The provider's reason; undefined before it has refused, and where it sent none. */
  get reason(): string | undefined {
    return this.#reason;
  }

  #watch(request: ClientRequest): void {
    const emit = request.emit.bind(request);
    request.emit = (event: string | symbol, ...args: unknown[]): boolean => {
      if (event !== 'response') return emit(event, ...args);
      const response = args[0] as IncomingMessage;
      void readBody(response).then((body) => {
        this.#reason = reasonOf(response.headers['dg-error'], body);
        emit('response', response);
      });
      return true;
    };
  }
}

/** As much of the body as is needed, and no longer than the caller waits for it. Never rejects. */
function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let body = '';
    const done = () => {
      clearTimeout(timer);
      resolve(body.slice(0, LONGEST_BODY));
    };
    const timer = setTimeout(done, LONGEST_WAIT_MS);
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      body += text;
      if (body.length >= LONGEST_BODY) done();
    });
    for (const ending of ['end', 'error', 'close']) response.once(ending, done);
  });
}

function reasonOf(header: string | string[] | undefined, body: string): string | undefined {
  if (typeof header === 'string' && header.trim() !== '') return header.trim();
  try {
    const { err_msg: message, reason, error } = JSON.parse(body) as Record<string, unknown>;
    const given = [message, reason, error].find((each) => typeof each === 'string' && each !== '');
    if (given !== undefined) return given as string;
  } catch {
    // Not JSON: the text itself is what there is.
  }
  return body.trim() || undefined;
}
