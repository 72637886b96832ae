/** Between two looks for it: pages draw anew. */
const LOOK_MS = 1000;

/** Takes the bot's own tile out of what the page shows; `tile` stands for one person, whose name is in `name`. */
export function hideOwnTile({ tile, name }: { tile: string; name: string }, botName: string): void {
  setInterval(() => {
    for (const each of document.querySelectorAll<HTMLElement>(tile)) {
      const isOwn = each.querySelector(name)?.textContent?.trim() === botName;
      if (isOwn) each.style.setProperty('display', 'none', 'important');
    }
  }, LOOK_MS);
}
