/** Why a command was not obeyed, as the customer reads it. */
export type CommandErrorCode =
  | 'invalid_message'
  | 'unknown_command'
  | 'invalid_command'
  | 'wrong_bot'
  | 'queue_full'
  | 'rate_limited'
  | 'too_long'
  | 'not_sent'
  | 'image_unavailable'
  | 'not_in_meeting';

/** Throws where a command cannot be obeyed; answered on the socket. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly code: CommandErrorCode;

  constructor(code: CommandErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
