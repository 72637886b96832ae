import type { IncomingMessage, ServerResponse } from 'node:http';
import { faultSchema, type Faults } from './faults.ts';
import { readJson, sendJson } from './http.ts';
import type { LoggedRequest } from './request-log.ts';

/** The sandbox's own paths, for tests in another process: POST /__faults, GET /__requests. Says whether it was one. */
export async function handleControl(
  deps: { faults: Faults; requests: readonly LoggedRequest[] },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.url === '/__requests' && request.method === 'GET') {
    sendJson(response, { status: 200, body: deps.requests });
    return true;
  }
  if (request.url !== '/__faults' || request.method !== 'POST') return false;
  const fault = faultSchema.safeParse(await readJson(request));
  if (fault.success) deps.faults.next(fault.data);
  sendJson(
    response,
    fault.success ? { status: 200, body: fault.data } : { status: 400, body: { error: fault.error.issues } },
  );
  return true;
}
