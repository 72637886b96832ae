import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultKind } from '../faults.ts';
import { readBody, readJson, sendJson, sendTornJson, type Refusal } from '../http.ts';
import { queryOf } from '../request-log.ts';
import type { VendorDeps } from '../vendor.ts';
import { badKey, badRequest, isAuthorised, refusalFor } from './errors.ts';
import { transcriptRequest, type Transcripts } from './transcripts.ts';

type Deps = VendorDeps & { transcripts: Transcripts };

/** POST /v2/upload, POST /v2/transcript, GET and DELETE /v2/transcript/:id: https://www.assemblyai.com/docs/api-reference */
export async function handleBatch(deps: Deps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url!, `http://${request.headers.host ?? 'sandbox'}`);
  const isUpload = url.pathname === '/v2/upload';
  const upload = isUpload ? await readBody(request) : undefined;
  const body = isUpload || request.method !== 'POST' ? undefined : await readJson(request);
  const isKnown = isAuthorised(request.headers, deps.key);
  deps.log({
    ...{
      vendor: 'assemblyai',
      mode: 'batch',
      method: request.method!,
      path: url.pathname,
      query: queryOf(url.searchParams),
    },
    ...(body !== undefined && { body }),
    isAuthorised: isKnown,
  });
  if (!isKnown) return sendJson(response, badKey());
  const fault = deps.faults.take('assemblyai', 'batch')?.kind;
  if (fault) return misbehave(fault, response);

  if (upload) return sendJson(response, ok({ upload_url: `${url.origin}/upload/${deps.transcripts.upload(upload)}` }));
  const id = /^\/v2\/transcript\/([^/]+)$/.exec(url.pathname)?.[1];
  if (request.method === 'POST' && url.pathname === '/v2/transcript') {
    const parsed = transcriptRequest.safeParse(body);
    if (!parsed.success)
      return sendJson(response, badRequest(`Invalid request: ${parsed.error.issues[0]?.path.join('.')}`));
    return sendJson(response, ok(deps.transcripts.submit(parsed.data)));
  }
  const transcript = id && deps.transcripts.get(id);
  if (!transcript)
    return sendJson(response, { status: 404, body: { error: 'Transcript lookup error, transcript id not found' } });
  if (request.method === 'DELETE') deps.transcripts.delete(id);
  sendJson(response, ok(transcript));
}

function misbehave(fault: FaultKind, response: ServerResponse): void {
  const refused = refusalFor(fault);
  if (refused) sendJson(response, refused);
  else if (fault === 'malformed') sendTornJson(response);
  else if (fault === 'close-mid-stream') response.destroy();
  // What is left is a stall: no answer, ever.
}

function ok(body: unknown): Refusal {
  return { status: 200, body };
}
