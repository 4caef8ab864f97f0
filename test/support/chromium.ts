import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { type Browser, chromium } from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** Null where there is none. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program)));
  return places.find((place) => existsSync(place)) ?? null;
}

export const INSTALL_CHROMIUM = 'no Chromium on this machine: run "apt-get install -y chromium" (as root)';

/** `proxyPort`: where it sends whatever it would send anywhere. */
export async function launchChromium(executablePath: string, proxyPort: number): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    // Chromium has no sandbox for root, whom containers run as.
    chromiumSandbox: process.getuid?.() !== 0,
    proxy: { server: `http://127.0.0.1:${String(proxyPort)}`, bypass: '<-loopback>' },
  });
}
