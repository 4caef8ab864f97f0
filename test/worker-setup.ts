import fc from 'fast-check';

// A run that fails here fails everywhere; `npm test -- --long` brings another seed and prints it.
fc.configureGlobal({ seed: Number(process.env['DXL_SEED'] ?? 0x6478) });

// vitest ends a worker that hangs with SIGTERM, under which no exit hook would run: chains and servers would live on.
process.once('SIGTERM', () => process.exit(143));
