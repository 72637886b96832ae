import { avatarOf, el } from '/lab/engine/dom.js';

/** An icon as the platform writes them: a ligature text in an `i` element. */
export function icon(name) {
  return el('i', { class: 'google-symbols icon', 'aria-hidden': 'true', 'data-icon': name }, name);
}

/** A round button with an icon; `label` is its accessible name. */
export function roundButton({ label, symbol, ...attributes }) {
  return el(
    'button',
    { 'aria-label': label, 'data-tooltip': label, ...attributes, class: `round ${attributes.class ?? ''}`.trim() },
    icon(symbol),
  );
}

export function textButton(label, attributes = {}) {
  const { class: kind = 'text-button', ...others } = attributes;
  return el('button', { class: kind, ...others }, el('span', { jsname: 'V67aGc', class: 'UywwFc-vQzf8d' }, label));
}

/** The microphone and camera toggles, the same before, while waiting and in the call. */
export function deviceToggles(media) {
  const mic = toggle({
    jsname: 'hw0c9',
    noun: 'microphone',
    symbols: ['mic', 'mic_off'],
    onPress: () => media.setMic(!media.mic),
  });
  const camera = toggle({
    jsname: 'psRWwc',
    noun: 'camera',
    symbols: ['videocam', 'videocam_off'],
    onPress: () => media.setCamera(!media.camera),
  });
  const render = () => {
    mic.show(media.mic);
    // A lock of the host's; what the page says of it is not known.
    mic.button.disabled = !media.mayUnmute && !media.mic;
    camera.show(media.camera);
  };
  media.on('state', render);
  render();
  return { mic: mic.button, camera: camera.button };
}

function toggle({ jsname, noun, symbols, onPress }) {
  const button = roundButton({ label: noun, symbol: symbols[1], jsname, onclick: onPress });
  return {
    button,
    show(isOn) {
      const label = `Turn ${isOn ? 'off' : 'on'} ${noun}`;
      button.setAttribute('aria-label', label);
      button.dataset.tooltip = label;
      button.dataset.isMuted = String(!isOn);
      button.replaceChildren(icon(isOn ? symbols[0] : symbols[1]));
    },
  };
}

export function avatar(name) {
  const { colour, initial } = avatarOf(name);
  return el('div', { class: 'avatar', style: `background:${colour}` }, initial);
}

/** One's own picture, or one's initial, as it is shown before and while waiting. */
export function selfPreview(media, nameOf) {
  const picture = el('div', { class: 'preview-picture' });
  const box = el('div', { class: 'preview' }, picture);
  function render() {
    const name = nameOf();
    const still = name ? avatar(name) : el('div', { class: 'camera-off' }, 'Camera is off');
    picture.replaceChildren(media.camera ? mirror(media.stream) : still);
  }
  media.on('state', render);
  render();
  return { box, render };
}

/** Made only for a running camera: an empty stream in a video element would hold up the page's `load` event. */
function mirror(stream) {
  const video = el('video', { autoplay: '', playsinline: '' });
  video.muted = true;
  video.srcObject = stream;
  return video;
}
