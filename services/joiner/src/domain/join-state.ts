/**
 * loading: nothing is known. name: the page wants a name or a press on its join button. waiting: knocked. admitted:
 * inside, by several marks. denied: refused, or the knock ran out. ended: the meeting is over. removed: put out.
 * wrong-link: no such meeting. wrong-passcode: it is asked and not known, or refused. sign-in: guests are not wanted.
 * registration: guests have to register first. consent: the page wants somebody to agree to its terms. name-refused: it does not
 * take the bot's name. blocked: a captcha or another wall. network: the page shows that it has lost its
 * connection, or could not be loaded; it may get over it.
 */
export type JoinState =
  | 'loading'
  | 'name'
  | 'waiting'
  | 'admitted'
  | 'denied'
  | 'ended'
  | 'removed'
  | 'wrong-link'
  | 'wrong-passcode'
  | 'sign-in'
  | 'registration'
  | 'consent'
  | 'name-refused'
  | 'blocked'
  | 'network';
