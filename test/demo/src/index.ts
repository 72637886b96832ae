export { narrate } from './narrate.ts';
export { createScreen, type Screen } from './screen.ts';
export { samplesOf } from './meeting.ts';
export { callbackName, playStory, statusIs, STORY_MS, type Seen, type StoryOptions } from './story.ts';
export { judge, type Check, type Verdict } from './verdict.ts';
