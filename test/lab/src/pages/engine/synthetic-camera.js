/** A camera made of a canvas: a name, a clock and a disc on its way, so that every frame differs. */
export function syntheticCamera({ name, width = 320, height = 180, framesPerSecond = 15 }) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { alpha: false });
  const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0) * 37, 0) % 360;
  let frame = 0;

  function draw() {
    const angle = (frame / framesPerSecond) * 1.2;
    context.fillStyle = `hsl(${hue} 35% ${28 + 6 * Math.sin(angle)}%)`;
    context.fillRect(0, 0, width, height);
    context.fillStyle = `hsl(${hue} 55% 62%)`;
    context.beginPath();
    const radius = height / 5;
    context.arc(width * (0.5 + 0.32 * Math.cos(angle)), height * (0.48 + 0.2 * Math.sin(2 * angle)), radius, 0, 7);
    context.fill();
    context.fillStyle = '#fff';
    context.font = `600 ${Math.round(height / 9)}px system-ui, sans-serif`;
    context.fillText(`${name} ${(frame / framesPerSecond).toFixed(1)} s`, width * 0.14, height * 0.18);
    frame += 1;
  }

  draw();
  const timer = setInterval(draw, 1000 / framesPerSecond);
  const [track] = canvas.captureStream(framesPerSecond).getVideoTracks();
  const stop = track.stop.bind(track);
  track.stop = () => {
    clearInterval(timer);
    stop();
  };
  track.contentHint = 'motion';
  return track;
}
