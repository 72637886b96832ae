import { describe, expect, it } from 'vitest';
import { webClientLink } from './web-client-link.ts';

describe('webClientLink', () => {
  it.each([
    ['https://zoom.us/j/81234567890?pwd=abc.1', 'https://app.zoom.us/wc/81234567890/join?pwd=abc.1'],
    ['https://us02web.zoom.us/j/81234567890', 'https://app.zoom.us/wc/81234567890/join'],
    ['https://acme.zoom.us/s/81234567890?pwd=x#success', 'https://app.zoom.us/wc/81234567890/join?pwd=x'],
    ['https://app.zoom.us/wc/81234567890/start?fromPWA=1&pwd=x', 'https://app.zoom.us/wc/81234567890/join?pwd=x'],
    ['https://zoom.us/wc/join/81234567890?pwd=x', 'https://app.zoom.us/wc/81234567890/join?pwd=x'],
    ['https://www.zoomgov.com/j/1601234567?pwd=x', 'https://www.zoomgov.com/wc/1601234567/join?pwd=x'],
    ['https://zoom.us/w/81234567890?tk=token&pwd=x', 'https://zoom.us/w/81234567890?tk=token&pwd=x'],
    ['https://acme.zoom.us/my/ann', 'https://acme.zoom.us/my/ann'],
    ['https://events.zoom.us/ev/abc', 'https://events.zoom.us/ev/abc'],
  ])('leads %s to %s', (given, expected) => {
    expect(webClientLink(given)?.url).toBe(expected);
  });

  it('knows the passcode that the link carries', () => {
    expect(webClientLink('https://zoom.us/j/81234567890?pwd=a%2Bb')?.passcode).toBe('a+b');
    expect(webClientLink('https://zoom.us/j/81234567890')?.passcode).toBe('');
  });

  it.each(['https://zoom.us/j/', 'https://zoom.us/j', 'https://us02web.zoom.us/s/'])('gives up on %s', (given) => {
    expect(webClientLink(given)).toBeUndefined();
  });
});
