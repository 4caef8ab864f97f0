#!/usr/bin/env node
// In this very process, so that a signal to `dxl` is one to the command.
process.argv.splice(2, 0, 'cli/main.ts');
await import('../scripts/bootstrap.mjs');
