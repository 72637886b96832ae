export { narrate } from './narrate.ts';
export { createScreen, type Screen } from './screen.ts';
export { samplesOf } from './meeting.ts';
export { completeOrder } from './order.ts';
export { callbackName, playStory, statusIs, STORY_MS } from './story.ts';
export { judge } from './verdict.ts';
