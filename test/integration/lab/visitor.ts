import { chromium, type Browser, type Page } from 'playwright-core';
import { findChromium, type Lab } from '@earshot/lab';

/** A browser from outside: no flags for media and no devices, as a bot's. */
export function launchVisitor(lab: Lab): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(process.env),
    args: ['--headless=new', '--disable-gpu', '--lang=en-US', ...lab.browserArgs],
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** The loudest level (root mean square, 0 to 1) that the page's audio elements play until `done` settles. */
export async function loudestWhile(page: Page, done: Promise<unknown>): Promise<number> {
  await page.evaluate(`(() => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    for (const { srcObject } of document.querySelectorAll('audio')) {
      if (srcObject) context.createMediaStreamSource(srcObject).connect(analyser);
    }
    window.loudest = 0;
    window.loudestTimer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const sum = samples.reduce((total, sample) => total + sample * sample, 0);
      window.loudest = Math.max(window.loudest, Math.sqrt(sum / samples.length));
    }, 50);
    return context.resume();
  })()`);
  await done;
  return page.evaluate<number>('clearInterval(window.loudestTimer), window.loudest');
}
