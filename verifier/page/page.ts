import { type BundleReport, VERDICTS } from '../report.ts';
import { bilingual, element, find, type Titled } from './elements.ts';
import type { ChosenFiles, Progress, WorkerMessage } from './messages.ts';
import { describeReport, describeVerdict } from './show-report.ts';

/** The bundled worker and the version of this repository; put here when the page is built. */
declare const WORKER_SOURCE: string;
declare const VERSION: string;

/** Steps in which the state is read out; the bar itself moves smoothly. */
const SPOKEN_PERCENT = 10;
const TITLES = {
  reading: { title: 'Reading and verifying', titleZh: '正在读取并核验' },
  stopped: { title: 'Stopped; nothing is verified', titleZh: '已停止，未作核验' },
  unusable: { title: 'This file cannot be used', titleZh: '此文件不可用' },
  save: { title: 'Save the report as JSON', titleZh: '保存报告 (JSON)' },
} as const;

const form = find('files', HTMLFormElement);
const drop = find('drop', HTMLElement);
const verifyButton = find('verify', HTMLButtonElement);
const stopButton = find('stop', HTMLButtonElement);
const bar = find('progress', HTMLProgressElement);
const state = find('state', HTMLElement);
const result = find('result', HTMLElement);
const inputs = {
  bundle: find('bundle', HTMLInputElement),
  deployment: find('deployment', HTMLInputElement),
  validators: find('validators', HTMLInputElement),
  copies: find('copies', HTMLInputElement),
};

const workerUrl = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' }));
let worker: Worker | null = null;
let spoken = -1;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const files = chosenFiles();
  if (files !== null) start(files);
});
// A report that stands beside other files than it is about would be taken for theirs.
form.addEventListener('change', () => {
  stop();
  clear();
});
stopButton.addEventListener('click', () => {
  stop();
  say(TITLES.stopped);
});
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
document.addEventListener('dragleave', () => drop.classList.remove('over'));
document.addEventListener('drop', (event) => {
  // Or the browser would open the file in place of the page.
  event.preventDefault();
  drop.classList.remove('over');
  if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
  inputs.bundle.files = event.dataTransfer.files;
  stop();
  clear();
});
find('version', HTMLElement).textContent = VERSION;

function chosenFiles(): ChosenFiles | null {
  const bundle = inputs.bundle.files?.[0];
  if (bundle === undefined) return null;
  return {
    bundle,
    deployment: inputs.deployment.files?.[0] ?? null,
    validators: inputs.validators.files?.[0] ?? null,
    copies: [...(inputs.copies.files ?? [])],
  };
}

function start(files: ChosenFiles): void {
  stop();
  clear();
  worker = new Worker(workerUrl);
  setBusy(true);
  say(TITLES.reading);
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => {
    take(data, files);
  });
  worker.addEventListener('error', () => {
    showUnusable(files.bundle.name, 'INTERNAL');
  });
  worker.postMessage(files);
}

function stop(): void {
  worker?.terminate();
  worker = null;
  setBusy(false);
}

function setBusy(isBusy: boolean): void {
  // A disabled button would lose the focus to nowhere.
  if (!isBusy && document.activeElement === stopButton) verifyButton.focus();
  stopButton.disabled = !isBusy;
}

function clear(): void {
  bar.value = 0;
  spoken = -1;
  state.replaceChildren();
  result.replaceChildren();
}

function take(message: WorkerMessage, files: ChosenFiles): void {
  switch (message.kind) {
    case 'progress':
      showProgress(message.progress, files.bundle.size);
      return;
    case 'report':
      showReport(message.report, files);
      return;
    case 'unusable':
      showUnusable(message.file, message.code);
  }
}

function showProgress({ bytes, lines }: Progress, size: number): void {
  const percent = size === 0 ? 100 : Math.floor((100 * bytes) / size);
  bar.value = percent;
  if (percent < spoken + SPOKEN_PERCENT) return;
  spoken = percent;
  say(TITLES.reading, `${String(percent)} %, ${String(lines)}`);
}

function showReport(report: BundleReport, files: ChosenFiles): void {
  stop();
  bar.value = 100;
  say(VERDICTS[report.verdict]);
  result.replaceChildren(...describeReport(report, files), saveButton(report, files.bundle.name));
}

/** Nothing was verified, which must not look like a verdict on the bundle. */
function showUnusable(file: string, code: string): void {
  stop();
  say(VERDICTS['cannot-check']);
  const why = element('p', bilingual(TITLES.unusable), ': ', element('code', file), ' ', element('code', code));
  result.replaceChildren(...describeVerdict('cannot-check'), why);
}

/** The same JSON as `dxl verify bundle --json` prints. */
function saveButton(report: BundleReport, name: string): HTMLElement {
  const button = element('button', bilingual(TITLES.save));
  button.type = 'button';
  button.addEventListener('click', () => {
    const url = URL.createObjectURL(new Blob([`${JSON.stringify(report)}\n`], { type: 'application/json' }));
    const link = element('a');
    link.href = url;
    link.download = `${name}.report.json`;
    link.click();
    URL.revokeObjectURL(url);
  });
  return element('p', button);
}

function say(title: Titled, more = ''): void {
  state.replaceChildren(bilingual(title), ...(more === '' ? [] : [` ${more}`]));
}
