/**
 * The document as HTML, without what could be secret: scripts, what was typed, and what addresses carry behind `?` and `#`.
 * Cut at `limit` characters.
 */
export function dumpPage(limit: number): string {
  const root = document.documentElement.cloneNode(true) as Element;
  for (const element of root.querySelectorAll('script, style, noscript, template')) element.remove();
  for (const element of root.querySelectorAll('textarea, [contenteditable]')) element.textContent = '';
  for (const element of root.querySelectorAll('*')) {
    // What such a button says is its value.
    const isButton = element.matches('input:is([type="submit" i], [type="button" i], [type="reset" i])');
    if (!isButton && element.matches('input, option, select, button, param')) element.removeAttribute('value');
    for (const { name, value } of [...element.attributes]) {
      const bare = value.replace(/[?#][^\s"'<>,;]{4,}/g, '');
      if (bare !== value) element.setAttribute(name, bare);
    }
  }
  return root.outerHTML.slice(0, limit);
}
