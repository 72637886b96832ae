import { admissionRows } from './admission-rows.ts';
import type { Row } from './row.ts';
import { lossRows, visitRows } from './visit-rows.ts';

/** The whole table but for the stops. */
export const rows: readonly Row[] = [...admissionRows, ...lossRows, ...visitRows];

/** One of each platform's own: what no integration test of the joiner plays. */
export const shortRows: readonly Row[] = rows.filter(
  ({ admission, leaves }) =>
    ['network: reached at last', 'captcha', 'full', 'locked', 'blocked, by status alone'].includes(admission) ||
    (admission === 'admitted' && ['no_one_joined', 'voice_inactivity', 'recording limit'].includes(leaves)),
);
