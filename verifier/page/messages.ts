import type { BundleReport } from '../report.ts';

/** The files that were chosen, as the page hands them to its worker. */
export interface ChosenFiles {
  readonly bundle: File;
  readonly deployment: File | null;
  readonly validators: File | null;
  readonly copies: readonly File[];
}

/** How far the reading of the bundle is. */
export interface Progress {
  readonly bytes: number;
  readonly lines: number;
}

/** `unusable`: a file that is not what it should be, so that nothing was verified. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'report'; readonly report: BundleReport }
  | { readonly kind: 'unusable'; readonly file: string; readonly code: string };
