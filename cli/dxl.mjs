#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const target = [join(here, '..', 'scripts', 'bootstrap.mjs'), join(here, 'main.ts'), ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, target, { stdio: 'inherit' });
process.exitCode = status ?? 1;
