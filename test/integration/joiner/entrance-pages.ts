const shadow = `<my-entrance></my-entrance><script>
  customElements.define('my-entrance', class extends HTMLElement {
    connectedCallback() {
      const root = this.attachShadow({ mode: 'open' });
      root.innerHTML = '<label for="n">Your name</label><input id="n"><my-button></my-button>';
      this.inner = root;
    }
  });
  customElements.define('my-button', class extends HTMLElement {
    connectedCallback() {
      const root = this.attachShadow({ mode: 'open' });
      root.innerHTML = '<button>Join</button>';
      root.firstChild.onclick = () => enter(document.querySelector('my-entrance').inner.querySelector('input').value);
    }
  });
</script>`;

/** A name that has to be given before the button can be pressed. */
const form = (fields: string, script = 'enter(f.querySelector("input").value)') =>
  `<form id="f">${fields}</form><script>f.onsubmit = (event) => { event.preventDefault(); ${script} };</script>`;

const swal = `<style>.swal2-container{position:fixed;inset:0;background:#0006;display:grid;place-items:center}
  .swal2-popup{background:#fff;padding:2em;display:grid}</style>
<button style="width:400px;height:200px">Start sharing your screen</button>
<div class="swal2-container"><div class="swal2-popup swal2-modal" role="dialog" aria-modal="true" aria-labelledby="t">
  <button type="button" class="swal2-close" aria-label="Close this dialog" style="display:none">×</button>
  <h2 id="t">MiroTalk</h2><button id="mic"></button><button id="cam"></button>
  <input id="who" class="swal2-input" placeholder="Enter your name" maxlength="32">
  <input type="file" class="swal2-file" style="display:none">
  <div class="swal2-validation-message" style="display:none"></div>
  <div class="swal2-actions"><button type="button" class="swal2-confirm" aria-label="">Join meeting</button>
    <button type="button" class="swal2-deny" aria-label="" style="display:none">No</button>
    <button type="button" class="swal2-cancel" aria-label="" style="display:none">Cancel</button></div></div></div>
<script>document.querySelector('.swal2-confirm').onclick = () => who.value && enter(who.value);
  mic.onclick = cam.onclick = () => tell('pressed a device');</script>`;

const cookies = `<style>#wall{position:fixed;inset:0;background:#000a;color:#fff;z-index:9}</style>
${form('<input name="name" placeholder="Name"><button>Join</button>')}
<div id="wall"><p>We and our 812 partners value your privacy.<p><button id="all" style="width:300px;height:60px">Accept all</button>
<button id="no">Reject all</button></div>
<script>all.onclick = () => { tell('accepted cookies'); wall.remove(); }; no.onclick = () => wall.remove();</script>`;

const consent = form(
  `<label>Name <input name="who"></label><p><input type="checkbox" id="c">
  <label for="c">I agree that this call is recorded and to the terms of use</label><p><button id="b" disabled>Enter</button>
  <script>c.onchange = () => (b.disabled = !c.checked)</script>`,
);

const refusing = (takes: string, words: string) =>
  `<div id="box"><span id="said"></span><input id="u" placeholder="Choose a display name"><button id="r">Register</button></div>
<script>r.onclick = () => {
  tell('asked as ' + u.value);
  if (${takes}.test(u.value)) return enter(u.value);
  said.textContent = ${JSON.stringify(words)};
  u.value = '';
};</script>`;

/** Janus's demos: a button, then a field that was hidden, with a button whose way is not the form's. */
const twoSteps = `<style>.hide{display:none}</style><h1>Plugin Demo: Video Room <button id="start">Start</button></h1>
<p><a href="#docs">Documentation</a> <a href="#more">Demos</a></p>
<div id="later" class="hide"><div class="input-group"><span><i></i></span><input class="form-control" type="text"
  placeholder="Choose a display name" autocomplete="off" id="username"><span><button id="register">Register</button></span></div></div>
<script>start.onclick = () => { start.textContent = 'Stop'; start.onclick = () => tell('stopped'); setTimeout(() => later.classList.remove('hide'), 400); };
  register.onclick = () => { username.disabled = register.disabled = true; enter(username.value); };</script>`;

/** Controls of every make, each with an id, in a page and in an open shadow root. */
const names = `<style>.drawn::before{content:"Join"}.away{position:absolute;left:-999px}</style>
<button id=text>Join</button><button id=empty aria-label="">Join meeting</button><button id=blank aria-label="  ">Join <b>now</b></button>
<input id=value type=submit value="Connect"><input id=submit type=submit><input id=none type=submit value="">
<input id=button type=button value="Go in"><input id=image type=image alt="Enter" src="data:,">
<label for=for>Your name</label><input id=for><label>Display name <input id=within></label>
<label for=two>First</label><label for=two>Second</label><input id=two>
<span id=hidden hidden>Screen name</span><input id=referred aria-labelledby="hidden" placeholder="Not this">
<span id=one>Enter</span><span id=other>room</span><button id=both aria-labelledby="one other nowhere">x</button>
<button id=nowhere-else aria-labelledby="nowhere">Join</button><button id=label aria-label="Label">Text</button>
<button id=title title="Join by title"></button><button id=tip aria-label="" title="Tip"><i></i></button>
<input id=placeholder placeholder="Nick"><input id=titled title=Title placeholder=Placeholder>
<button id=picture><img alt="Join by picture" src="data:,"></button><button id=drawing><svg width=9 height=9><title>Join by drawing</title></svg></button>
<button id=gone><span style="display:none">No</span>Join</button><button id=unseen><span style="visibility:hidden">No</span>Join</button>
<button id=away><span class=away>Join</span></button><button id=css class=drawn></button>
<button id=blocks><div>Join</div><div>now</div></button><button id=inline><span>Jo</span><span>in</span></button><button id=break>Join<br>call</button>
<div role=button id=role tabindex=0>Beitreten</div><a id=link href="#">Join link</a><button id=inner><span aria-label="Join">x</span></button>
<input id=box type=checkbox><label for=box>I agree to <a href="#">the terms</a></label>
<div id=host></div><script>host.attachShadow({ mode: 'open' }).innerHTML =
  '<label for=deep>Shadow name</label><input id=deep><button id=slotted><slot></slot></button>';
  host.append('Join from within');</script>`;

/** By their names; each leads to the same voice. */
export const entrancePages: Readonly<Record<string, string>> = {
  shadow,
  frame: `<iframe width="600" height="400" src="/frame-middle"></iframe>`,
  'frame-middle': `<iframe width="500" height="300" src="/value"></iframe>`,
  'foreign-frame': `<script>
    document.write('<iframe width=600 height=400 src="http://127.0.0.2:' + location.port + '/foreign"></iframe>');
  </script>`,
  foreign: form('<input aria-label="Display name"><button>Enter</button>'),
  value: form('<input name="username" type="text"><input type="submit" value="Connect">'),
  label: form('<label for="x1">Wie heißt du? Dein Name</label><input id="x1"><button>Los</button>'),
  placeholder: `<input id="p" placeholder="Enter your nickname">
    <script>p.onkeydown = ({ key }) => key === 'Enter' && p.value && enter(p.value);</script>`,
  start: `<nav><a href="#signin">Sign in</a></nav><button id="b">Start</button><button>Settings</button>
    <script>b.onclick = () => enter('');</script>`,
  connect: `<button style="width:300px;height:90px">Share screen</button><div id="c" role="button" tabindex="0">Connect</div>
    <script>c.onclick = () => enter('');</script>`,
  link: `<style>a.go{background:#08f;color:#fff;padding:1em 2em;display:inline-block}</style>
    <p><a href="#about">About us</a><p><a class="go" href="/link-room">Zum Raum</a>`,
  'link-room': `<script>addEventListener('load', () => enter(''));</script>`,
  german: form(
    '<input placeholder="Ihr Name"><button type="button">Bildschirm teilen</button><button>Beitreten</button>',
  ),
  'two-steps': twoSteps,
  consent,
  agree: `${form('<input name="name"><button>Join</button>')}
    <div role="dialog" id="d" style="position:fixed;inset:0;background:#fff"><p>By going on you consent to being recorded.</p>
    <button onclick="d.remove()">I agree</button><button onclick="tell('left')">Leave</button></div>`,
  'consent-given': consent,
  cookies,
  swal,
  // A button that is pressed in vain.
  vain: form(
    '<input name="username" value="typed"><input type="submit" value="Connect" style="position:fixed;inset:50%;width:200px;height:80px;background:#0f0;border:0;color:#0f0">',
    "tell('pressed in vain')",
  ),
  names,
  'plain-name': refusing('/^[A-Za-z0-9]+$/', 'Input is not alphanumeric'),
  'name-taken': refusing('/^$/', 'That name is taken. Choose another one.'),
};
