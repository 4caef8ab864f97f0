#!/usr/bin/env node
// In this very process, so that a signal to `dxl` is one to the command. The bootstrap is a program, not a module of cli.
process.argv.splice(2, 0, 'cli/main.ts');
await import(new URL('../scripts/bootstrap.mjs', import.meta.url).href);
