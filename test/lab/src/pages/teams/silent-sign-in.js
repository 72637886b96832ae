// Long enough that a bot which takes the host for a wall at two looks is caught.
const attemptMs = 1200;

const redirect = new URLSearchParams(location.search).get('redirect_uri');
setTimeout(() => location.replace(redirect), attemptMs);
