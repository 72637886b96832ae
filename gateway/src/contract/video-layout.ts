import type { VideoLayout } from '@earshot/kernel';

const layouts = { grid_view: 'grid', speaker_view: 'speaker' } as const satisfies Record<string, VideoLayout>;

/** The public name of a layout. */
export type LayoutName = keyof typeof layouts;

export const layoutNames = ['grid_view', 'speaker_view'] as const satisfies readonly LayoutName[];

export const layoutOf = (name: LayoutName): VideoLayout => layouts[name];

export function layoutNameOf(layout: VideoLayout): LayoutName {
  return layout === 'grid' ? 'grid_view' : 'speaker_view';
}
