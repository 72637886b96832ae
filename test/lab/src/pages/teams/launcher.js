import { el } from '/lab/engine/dom.js';

const parameters = new URLSearchParams(location.search);
/** `/l/meetup-join/...` or `/meet/...`, with its query. */
const target = new URL((parameters.get('url') ?? '').replace(/^\/_#/, ''), location.origin);
target.searchParams.set('anon', 'true');
const client = `/v2/?meetingjoin=true#${target.pathname}${target.search}`;

if (parameters.get('type') === 'meet') {
  // Digit links go on by themselves, by way of a silent attempt to sign in that is expected to fail.
  const redirect = encodeURIComponent(new URL(client, location.href).href);
  location.replace(
    `https://login.microsoftonline.com/common/oauth2/v2.0/authorize?prompt=none&redirect_uri=${redirect}`,
  );
} else {
  const open = el(
    'button',
    { 'data-tid': 'joinOnWeb', 'aria-label': 'Join meeting from this browser', class: 'card' },
    el('b', {}, 'Continue on this browser'),
    el('span', {}, 'No download or installation required.'),
  );
  open.addEventListener('click', () => location.assign(client));
  const app = el('button', { 'data-tid': 'joinInApp', class: 'card' }, el('b', {}, 'Join on the Teams app'));
  document.getElementById('launcher').append(
    el('h1', {}, 'How do you want to join your Teams meeting?'),
    el('div', { class: 'row' }, app, open),
    // The page asks the system for its application; where there is none nothing comes of it.
    el('iframe', { id: 'teamsLauncher', src: `msteams:${target.pathname}`, hidden: '' }),
  );
}
