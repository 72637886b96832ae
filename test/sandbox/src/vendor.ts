import type { Faults } from './faults.ts';
import type { LogRequest } from './request-log.ts';
import type { Recogniser } from './recogniser/recogniser.ts';

/** What every stand-in needs. */
export interface VendorDeps {
  recogniser: Recogniser;
  faults: Faults;
  log: LogRequest;
  key: string;
}
