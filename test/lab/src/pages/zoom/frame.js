// Some builds put the whole client into a frame of the same address.
const inner = new URL(location.href);
inner.searchParams.set('framed', '1');
document.getElementById('webclient').src = inner.href;
