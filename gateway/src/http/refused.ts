/** A body is not taken, by its size or its type. Its message is for the client. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: 413 | 415;

  constructor(status: 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}
