/** What invitations call a passcode, in the languages that Zoom and Teams write theirs in. */
const label =
  /(?:pass ?codes?|pass ?words?|kenncode|passwort|mot de passe|code secret|c[oó]digo de acceso|contrase[nñ]a|senha|codice d['’]accesso|пароль|код доступа|パスコード|パスワード|密码|密碼|암호)/giu;
/** Of a telephone's keypad: another passcode for the same meeting. */
const forTelephones = /(?:phone|telefon|tel|dial[- ]?in|numeric|audio|h\.?323|sip)[\s\w-]{0,12}$/i;
const emphasis = /^(?:\*{1,3}|_{1,3}|~{1,2}|`{1,3})/;
const longest = 64;

/** The first passcode that a text names for people who come by a link; undefined where there is none. */
export function passcodeIn(text: string): string | undefined {
  const plain = text.replace(/<[^<>]{0,200}>/g, ' ');
  for (const found of plain.matchAll(label)) {
    const before = plain.slice(0, found.index);
    if (forTelephones.test(before.slice(-30))) continue;
    const passcode = valueAfter(plain.slice(found.index + found[0].length), openEmphasis(before));
    if (passcode !== undefined) return passcode;
  }
  return undefined;
}

/** Markdown that begins right before the label, as in `**Passcode: 1234**`. */
function openEmphasis(before: string): string {
  return /(\*{1,3}|_{1,3}|~{1,2}|`{1,3})\s*$/.exec(before)?.[1] ?? '';
}

/** What stands behind the label and its colon, without the markdown, quotes and punctuation around it. */
function valueAfter(text: string, opened: string): string | undefined {
  let open = opened;
  let rest = text;
  const close = () => {
    rest = rest.replace(/^\s+/, '');
    if (open === '' || !rest.startsWith(open)) return;
    rest = rest.slice(open.length);
    open = '';
  };
  close();
  const colon = /^\s*(?:[:：=]|\bis\b)/.exec(rest);
  if (!colon) return undefined;
  rest = rest.slice(colon[0].length);
  close();
  rest = rest.replace(/^[\s"'“‘«「『([]+/, '');
  const inner = emphasis.exec(rest)?.[0] ?? '';
  const token = /^[^\s()<>[\]{},;"“”‘’«»，。、；！？：（）「」『』【】]+/u.exec(rest.slice(inner.length))?.[0] ?? '';
  const value = withoutSentence(withoutClosing(token, { inner, open }));
  return value !== '' && value.length <= longest ? value : undefined;
}

/** A passcode may itself begin or end with a `*` or `_`: only marks that were opened are closed. */
function withoutClosing(token: string, { inner, open }: { inner: string; open: string }): string {
  const bare = token.replace(/[.:]+$/, '');
  if (inner !== '') {
    const closing = bare.lastIndexOf(inner);
    return closing > 0 ? bare.slice(0, closing) : inner + withoutOpen(bare, open);
  }
  return withoutOpen(bare, open);
}

function withoutOpen(token: string, open: string): string {
  return open !== '' && token.endsWith(open) ? token.slice(0, -open.length) : token;
}

/** A row of digits ends where its sentence does; other passcodes may end with these marks. */
function withoutSentence(value: string): string {
  return value.replace(/[.:'’]+$/, '').replace(/^(\d+)[!?]+$/, '$1');
}
