const colours = {
  dim: '2',
  bold: '1',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
} as const;
type Colour = keyof typeof colours;

/** Where the story is told: lines with the seconds since the start. With --json they go to standard error. */
export interface Screen {
  line(text: string, colour?: Colour): void;
  heading(text: string): void;
}

export function createScreen(stream: NodeJS.WriteStream): Screen {
  const startedAt = Date.now();
  const paint = (text: string, colour: Colour | undefined) =>
    colour && stream.isTTY ? `\x1b[${colours[colour]}m${text}\x1b[0m` : text;
  return {
    line(text, colour) {
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6);
      stream.write(`${paint(`${seconds}s`, 'dim')}  ${paint(text, colour)}\n`);
    },
    heading(text) {
      stream.write(`\n${paint(text, 'bold')}\n`);
    },
  };
}
