import type { Picture } from './picture.ts';

/** What a camera shows when it is told to show something for a while: the picture that stays, and the one on top of it. */
export class CameraStack {
  /** Undefined: what it showed at first. */
  #lasting: Picture | undefined;
  #passing = 0;

  /** It stays until another comes; what was shown for a while is forgotten. */
  show(picture: Picture): Picture {
    this.#passing += 1;
    this.#lasting = picture;
    return picture;
  }

  /** It is shown for a while: answers the number under which that ends. */
  showBriefly(): number {
    this.#passing += 1;
    return this.#passing;
  }

  /** The while is over. Answers what is shown again; nothing where another has come since. */
  end(number: number): { readonly picture: Picture | undefined } | undefined {
    return number === this.#passing ? { picture: this.#lasting } : undefined;
  }
}
