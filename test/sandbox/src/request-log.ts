/** What a client asked for; never its audio, and never its key. */
export interface LoggedRequest {
  vendor: 'deepgram' | 'assemblyai' | 'openai';
  mode: 'batch' | 'streaming' | 'speech' | 'realtime';
  method: string;
  path: string;
  /** A parameter that was given more than once has its values in an array. */
  query: Record<string, string | string[]>;
  /** The JSON body, or a form's fields without its file, where there is one. */
  body?: unknown;
  isAuthorised: boolean;
}

export type LogRequest = (request: LoggedRequest) => void;

export function queryOf(parameters: URLSearchParams): LoggedRequest['query'] {
  const names = [...new Set(parameters.keys())].filter((name) => name !== 'token');
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}
