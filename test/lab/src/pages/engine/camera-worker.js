/* The picture's parts, as test/harness/src/video-counter.ts reads them; shares of width and height. */
const cells = { rows: 2, columns: 13, height: 1 / 8 };
const patch = { x: 0, y: 0.3, width: 0.3, height: 0.7 };
const countBits = 20;
const nibbles = countBits / 4;

/**
 * The device behind a camera. A picture's number is the time since the epoch in pictures: one that could not be made in time is
 * missing, as with any camera, and none comes twice.
 */
class Device {
  #canvas;
  #pen;
  #writer;
  #options;
  #last = -1;
  #flash = { frame: -1, frames: 0 };

  constructor({ writable, width, height, ...options }) {
    this.#options = options;
    this.#canvas = new self.OffscreenCanvas(width, height);
    // In memory: what is read back after each picture is not worth a graphics card.
    this.#pen = this.#canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    this.#writer = writable.getWriter();
    this.#tick();
  }

  resize({ width, height }) {
    Object.assign(this.#canvas, { width, height });
  }

  flash(flash) {
    this.#flash = flash;
  }

  #tick() {
    const { epoch, framesPerSecond } = this.#options;
    const at = now();
    // A timer may be early by less than a millisecond.
    const frame = Math.floor(((at - epoch + 1) * framesPerSecond) / 1000);
    if (frame > this.#last) this.#make(frame);
    setTimeout(() => this.#tick(), Math.max(1, epoch + ((this.#last + 1) * 1000) / framesPerSecond - now()));
  }

  #make(frame) {
    this.#last = frame;
    const sinceFlash = frame - this.#flash.frame;
    const isFlash = sinceFlash >= 0 && sinceFlash < this.#flash.frames;
    const draw = this.#options.source === 'screen' ? drawScreen : drawPerson;
    const size = { width: this.#canvas.width, height: this.#canvas.height };
    draw(this.#pen, { ...this.#options, ...size, frame });
    drawPatch(this.#pen, { ...size, colour: isFlash ? '#fff' : this.#options.colour });
    drawNumber(this.#pen, { ...size, frame });
    const picture = new self.VideoFrame(this.#canvas, {
      timestamp: Math.round((frame * 1e6) / this.#options.framesPerSecond),
    });
    // A page that is on its way out takes no more pictures.
    this.#writer.write(picture).catch(() => {});
    if (isFlash && this.#flash.flashed === undefined) {
      this.#flash.flashed = frame;
      self.postMessage({ flashed: this.#flash.frame, at: now() });
    }
  }
}

/** A disc on its way, a name and a clock. */
function drawPerson(pen, { width, height, name, hue, frame, framesPerSecond }) {
  const seconds = frame / framesPerSecond;
  pen.fillStyle = `hsl(${hue} 25% 30%)`;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = `hsl(${hue} 45% 55%)`;
  pen.beginPath();
  const [across, down] = [0.65 + 0.2 * Math.cos(seconds * 1.2), 0.68 + 0.1 * Math.sin(seconds * 2.4)];
  pen.arc(width * across, height * down, height / 6, 0, 7);
  pen.fill();
  write(pen, {
    text: `${name} ${seconds.toFixed(1)} s`,
    x: width * 0.33,
    y: height * 0.4,
    size: height / 11,
    ink: '#fff',
  });
}

/** A page of lines, of which a new one comes each second. */
function drawScreen(pen, { width, height, text, frame, framesPerSecond }) {
  const second = Math.floor(frame / framesPerSecond);
  pen.fillStyle = '#f4f4f0';
  pen.fillRect(0, 0, width, height);
  for (let line = 0; line < 8; line += 1) {
    const row = { x: width * 0.33, y: height * (0.38 + line * 0.08), size: height / 20, ink: '#222' };
    write(pen, { text: `${second - line} ${text}`, ...row });
  }
}

function write(pen, { text, x, y, size, ink }) {
  pen.fillStyle = ink;
  pen.font = `600 ${Math.round(size)}px system-ui, sans-serif`;
  pen.fillText(text, x, y);
}

function drawPatch(pen, { width, height, colour }) {
  pen.fillStyle = colour;
  pen.fillRect(patch.x * width, patch.y * height, patch.width * width, patch.height * height);
}

/** White cells are ones: each row begins with a mark, then come the number and its check, highest bits first. */
function drawNumber(pen, { width, height, frame }) {
  const number = frame % 2 ** countBits;
  const bits = [...(number * 16 + checkOf(number)).toString(2).padStart(countBits + 4, '0')].map(Number);
  const half = bits.length / 2;
  for (const [row, line] of [
    [1, ...bits.slice(0, half)],
    [0, ...bits.slice(half)],
  ].entries())
    for (const [column, bit] of line.entries()) {
      const [left, right] = [column, column + 1].map((edge) => Math.round((edge * width) / cells.columns));
      const [top, bottom] = [row, row + 1].map((edge) => Math.round(edge * cells.height * height));
      pen.fillStyle = bit ? '#fff' : '#000';
      pen.fillRect(left, top, right - left, bottom - top);
    }
}

/** Each nibble of the number counts by its place, so that neither a wrong cell nor two swapped ones pass. */
function checkOf(number) {
  let sum = 7;
  for (let place = 0; place < nibbles; place += 1) sum += (place * 2 + 1) * ((number >> (place * 4)) & 15);
  return sum & 15;
}

function now() {
  return performance.timeOrigin + performance.now();
}

let device;
self.onmessage = ({ data }) => {
  if (data.start) device = new Device(data.start);
  if (data.size) device.resize(data.size);
  if (data.flash) device.flash(data.flash);
};
