/** Nobody looks at this page: pictures that are not laid out are not painted either. */
function hidePictures(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('video { display: none !important }');
  const adopt = () => {
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  };
  adopt();
  document.addEventListener('DOMContentLoaded', adopt, { once: true });
}
