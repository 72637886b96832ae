import type { JoinState } from '../../domain/join-state.ts';

// Words of pages of an unknown make never decide by themselves whether a bot is inside: see admission.ts.

/** What a page says while somebody waits to be let in. Whoever waits for others to come is inside. */
const waiting: readonly RegExp[] = [
  // English
  /\b(waiting (room|area)|lobby|green ?room)\b/i,
  /\bwait(ing)?\b.{0,40}\b(host|moderator|organi[sz]er|presenter|admin|teacher|owner|approv\w+|permission|admi(t|ssion)\w*|let (you )?in)\b/i,
  /\b(let|admit|approve|accept) you\b|\basking to (join|be let in)\b|\brequest (has been |was |is )?sent\b|\b(has not|hasn't|not yet) (started|begun)\b/i,
  // German, Dutch, Scandinavian
  /warte(raum|zimmer|bereich)|wartest auf|warten sie|bitte warten|wart(e|en) (auf|bis) .{0,30}(gastgeber|host|moderator|organisator|einlass|eingelassen)|(herein|hinein|ein)(ge)?lassen|lässt (sie|dich)|noch nicht begonnen/i,
  /wacht(ruimte|kamer)|wacht(en)? (op|tot)|väntrum|väntar på|venteværelse|venterom|venter på/i,
  // French, Spanish, Portuguese, Italian
  /salle d.attente|en attente (de|d.|que)|veuillez patienter|(laisser|faire) entrer|pas encore commencé/i,
  /sala de espera|esperando (a|al|que) |espere|aún no ha (comenzado|empezado)|aguard(e|ando)|ainda não começou/i,
  /sala d.attesa|in attesa (di|che|dell)|attend(i|ere) |non è ancora (iniziat|cominciat)/i,
  // Polish, Czech, Russian, Ukrainian, Turkish
  /poczekaln|oczekiwani|czekaj|čekárn|vyčkejte|зал ожидания|комнат[аеу] ожидания|ожида(йте|ние)|подождите|зал очікування|зачекайте|bekleme odası|bekleyin/i,
  // Japanese, Chinese, Korean
  /待機(室|中)|ロビー|お待ち|等候室|等待(主持|批准|许可|准入)|请稍候|請稍候|대기실|기다려/,
];

/** What a page says to somebody who is inside, alone perhaps. */
const inside =
  /\b(connected|joined|participants?|only (one|person)|nobody else|no one else|(you are|you're) (in|now|live|alone))\b|verbunden|beigetreten|teilnehmer|connecté|conectad|connesso/i;

export function hasWaitWords(text: string): boolean {
  return waiting.some((pattern) => pattern.test(text));
}

export function hasInsideWords(text: string): boolean {
  return inside.test(text) && !hasWaitWords(text);
}

const notices: readonly [RegExp, JoinState][] = [
  [
    /\b(removed|kicked|expelled|banned|ejected)\b|entfernt|ausgeschlossen|hinausgeworfen|expuls|exclu[ie]?s?\b|eliminad|rimoss/i,
    'removed',
  ],
  [
    /\b(denied|declined|refused|rejected|nobody answered|no one (answered|responded))\b|\bnot (let in|allowed|admitted)\b|abgelehnt|verweigert|refusée?\b|rejetée?\b|rechazad|denegad|recusad|rifiutat/i,
    'denied',
  ],
  [
    /\b(meeting|call|conference|session|webinar|room|event|class|lesson|host|broadcast)\b.{0,30}\b(ended|over|closed|finished|terminated)\b|\b(besprechung|sitzung|konferenz|meeting|anruf).{0,30}(beendet|zu ende|geschlossen)|(réunion|conférence|appel).{0,30}terminée?|(reunión|llamada|sesión|reunião|sessão|riunione).{0,30}(finalizad|terminad|encerrad|terminat)/i,
    'ended',
  ],
  [/\bconnection (was |is |has been )?lost\b|\blost (the|your) connection\b/i, 'network'],
];

/** Whom it is about when it says "you". */
const second = /\b(you|your|you're|you've)\b|\b(sie|ihr|ihre|du|dich|dein|vous|votre|te|tu|usted|le|su|você|lei)\b/i;

/** What a text says of an end or a refusal. */
export interface Notice {
  readonly state: JoinState;
  /** Whether it speaks to the bot, and not of somebody. */
  readonly isToBot: boolean;
}

/** The first of these texts that says anything of an end or a refusal. */
export function noticeIn(texts: readonly string[]): Notice | undefined {
  for (const text of texts) {
    const state = notices.find(([pattern]) => pattern.test(text))?.[1];
    if (state) return { state, isToBot: second.test(text) };
  }
  return undefined;
}
