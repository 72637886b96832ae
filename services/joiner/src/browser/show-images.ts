import { swallow, type Log } from '@earshot/kernel';
import type { JoinSpec } from '../domain/bot.ts';
import type { Picture } from '../domain/picture.ts';
import type { BotPage } from './bot-page.ts';
import type { PageDevices } from './page-devices.ts';
import type { RunControls } from './run-controls.ts';

export interface ShowImagesDeps {
  readonly visit: Pick<JoinSpec, 'showsPicture'>;
  readonly controls: Pick<RunControls, 'wantsCamera'>;
  readonly devices: PageDevices;
  readonly log: Log;
  readonly pageOf: () => Pick<BotPage, 'fitPicture'> | undefined;
}

/** Shows one image after the other, or what was shown at first. One that cannot be decoded changes nothing. */
export function showImages({ visit, controls, devices, log, pageOf }: ShowImagesDeps): (image?: Picture) => void {
  let turn = 0;
  return (image) => {
    const own = ++turn;
    const show = (jpeg: Uint8Array | undefined) => {
      // Another may have come meanwhile.
      if (own !== turn) return;
      devices.show(jpeg);
      controls.wantsCamera = visit.showsPicture || jpeg !== undefined;
    };
    if (!image) return show(undefined);
    void pageOf()
      ?.fitPicture(image)
      .then(
        (jpeg) => jpeg && show(jpeg),
        (error: unknown) => swallow(log, error, 'a bot without its image is a bot'),
      );
  };
}
