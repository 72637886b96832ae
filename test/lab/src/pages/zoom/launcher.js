// The app is not there: what is left is the way to the web client.
const id = location.pathname.split('/')[2];
document.getElementById('from-browser').href = `https://app.zoom.us/wc/${id}/join${location.search}`;
