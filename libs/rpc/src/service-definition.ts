/** A method as ts-proto describes it. */
export interface MethodDefinition<Req, Res> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: Req) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => Req;
  readonly responseSerialize: (value: Res) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Res;
}

// Method types are only told apart by inference; `any` here is the wildcard of a generic bound, not a value.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type ServiceDefinition = Readonly<Record<string, MethodDefinition<any, any>>>;
