import { randomInt } from 'node:crypto';

/** Of Zoom: eleven digits, as a scheduled meeting has. */
export function randomZoomId(): string {
  return `8${Array.from({ length: 10 }, () => randomInt(10)).join('')}`;
}

/** Of Teams: thirteen digits, as a personal meeting has. */
export function randomTeamsId(): string {
  return `9${Array.from({ length: 12 }, () => randomInt(10)).join('')}`;
}
