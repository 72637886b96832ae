/** Nobody looks at this page: what is not laid out is not painted either. Answers how to show it all the same. */
export function hideVideoFrames(): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('video { display: none !important }');
  const adopt = () => {
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  };
  adopt();
  document.addEventListener('DOMContentLoaded', adopt, { once: true });
  return () => sheet.replaceSync('');
}

/** What a frame may show; every other scheme asks the system for an application. */
const webSchemes = ['about:', 'blob:', 'data:', 'http:', 'https:', 'javascript:'];

/**
 * Keeps frames from asking the system for an application (`msteams:` on Teams' launcher): the browser's own question about
 * that, which nobody sees, swallows every press.
 */
export function stayInBrowser(): void {
  const frame = HTMLIFrameElement.prototype;
  const src = Object.getOwnPropertyDescriptor(frame, 'src');
  const setAttribute = Element.prototype.setAttribute;
  const isApplication = (url: string): boolean =>
    URL.canParse(url, document.baseURI) && !webSchemes.includes(new URL(url, document.baseURI).protocol);
  frame.setAttribute = function (name: string, value: string) {
    if (name.toLowerCase() !== 'src' || !isApplication(value)) setAttribute.call(this, name, value);
  };
  if (!src?.set) return;
  Object.defineProperty(frame, 'src', {
    ...src,
    set(this: HTMLIFrameElement, url: string) {
      if (!isApplication(url)) src.set?.call(this, url);
    },
  });
}
