import './configure-zod.ts';

import type { ChosenFiles, Progress, WorkerMessage } from './messages.ts';
import { UnusableFile, verifyFiles } from './verify-files.ts';

/** Often enough for the eye. */
const PROGRESS_MS = 100;

globalThis.addEventListener('message', ({ data }: MessageEvent<ChosenFiles>) => {
  void answer(data);
});

async function answer(files: ChosenFiles): Promise<void> {
  let toldAtMs = 0;
  const onProgress = (progress: Progress): void => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < PROGRESS_MS) return;
    toldAtMs = nowMs;
    tell({ kind: 'progress', progress });
  };
  try {
    tell({ kind: 'report', report: await verifyFiles(files, onProgress) });
  } catch (error) {
    const isFile = error instanceof UnusableFile;
    tell({ kind: 'unusable', file: isFile ? error.file : files.bundle.name, code: isFile ? error.code : 'INTERNAL' });
  }
}

function tell(message: WorkerMessage): void {
  globalThis.postMessage(message);
}
