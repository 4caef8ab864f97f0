#!/usr/bin/env node
// In this very process, so that a signal to `dxl` is one to the command. The bootstrap is a program, not a module of cli.
// `dxl verify` stays within 256 MiB when V8 collects its garbage this often, at no cost in time (docs/performance.md).
process.env.NODE_OPTIONS = `--max-semi-space-size=4 ${process.env.NODE_OPTIONS ?? ''}`;
process.argv.splice(2, 0, 'cli/main.ts');
await import(new URL('../scripts/bootstrap.mjs', import.meta.url).href);
