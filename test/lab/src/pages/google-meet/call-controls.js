import { el } from '/lab/engine/dom.js';
import { deviceToggles, roundButton } from './parts.js';

/** The bar: the time and code on the left, region "Call controls" in the middle, the panels' toggles on the right. */
export function createCallControls({ client, media, roomId, captions, togglePanel }) {
  const { mic, camera } = deviceToggles(media);
  const settings = (label) => roundButton({ label, symbol: 'more_vert', class: 'thin', 'aria-haspopup': 'menu' });
  const region = el(
    'div',
    { role: 'region', 'aria-label': 'Call controls', jsname: 'vNB5le' },
    el('div', { class: 'split' }, settings('Audio settings'), mic),
    el('div', { class: 'split' }, settings('Video settings'), camera),
    roundButton({ label: 'Share screen', symbol: 'computer_arrow_up', jsname: 'hNGZQc' }),
    roundButton({ label: 'Send a reaction', symbol: 'mood', jsname: 'G0pghc' }),
    captionsButton(captions),
    handButton(),
    roundButton({ label: 'More options', symbol: 'more_vert', jsname: 'NakZHc', class: 'thin' }),
    roundButton({
      label: 'Leave call',
      symbol: 'call_end',
      jsname: 'CQylAd',
      class: 'hang-up',
      onclick: () => client.leave(),
    }),
  );
  const time = new Date().toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' });
  const title = el('div', { class: 'meeting-title' }, el('span', {}, time), el('span', {}, roomId));
  return el('div', { class: 'bar' }, title, region, panelToggles(client, togglePanel));
}

function captionsButton(captions) {
  const button = roundButton({ label: 'Turn on captions', symbol: 'closed_caption_off', jsname: 'RrG0hf' });
  button.addEventListener('click', () => {
    const isOn = captions.toggle();
    button.setAttribute('aria-label', isOn ? 'Turn off captions' : 'Turn on captions');
    button.setAttribute('aria-pressed', String(isOn));
  });
  return button;
}

function handButton() {
  const button = roundButton({ label: 'Raise hand', symbol: 'back_hand', jsname: 'FpSaz', 'aria-pressed': 'false' });
  button.addEventListener('click', () => {
    const isUp = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(isUp));
    button.setAttribute('aria-label', isUp ? 'Lower hand' : 'Raise hand');
  });
  return button;
}

function panelToggles(client, togglePanel) {
  const buttons = {
    details: panelButton({ label: 'Meeting details', symbol: 'info', panelId: '5' }),
    people: panelButton({ label: 'People', symbol: 'people', panelId: '1' }),
    chat: panelButton({ label: 'Chat with everyone', symbol: 'chat', panelId: '2' }),
  };
  for (const [name, button] of Object.entries(buttons)) {
    button.addEventListener('click', () => {
      const open = togglePanel(name);
      for (const [other, each] of Object.entries(buttons)) each.setAttribute('aria-pressed', String(other === open));
    });
  }
  const count = el('div', { class: 'uGOf1d' });
  const render = () => (count.textContent = String(client.people.size));
  client.on('people', render);
  render();
  return el(
    'div',
    { class: 'toggles' },
    buttons.details,
    el('div', { class: 'split' }, buttons.people, count),
    buttons.chat,
  );
}

function panelButton({ label, symbol, panelId }) {
  return roundButton({
    label,
    symbol,
    jsname: 'A5il2e',
    'data-panel-id': panelId,
    'aria-pressed': 'false',
    class: 'bare',
  });
}
