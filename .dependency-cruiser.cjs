const OURS = '^(ledger|gateway|verifier|cli|scripts|test|bench|ignition|artifacts)/';

/**
 * The direction of imports: contracts -> ledger -> {gateway, verifier, cli} -> scripts. Nothing points back.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one concept, or want a third.',
      severity: 'error',
      from: { pathNot: '/__generated__/' },
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      comment: 'An import that does not resolve.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'not-declared',
      comment: 'Product code uses declared dependencies only, never development ones.',
      severity: 'error',
      from: { path: '^(ledger|gateway|verifier|cli)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ledger-stands-alone',
      comment: 'The SDK imports nothing of ours: the verifier must be able to trust it without the gateway.',
      severity: 'error',
      from: { path: '^ledger/' },
      to: { path: OURS, pathNot: '^ledger/' },
    },
    {
      name: 'ledger-has-no-io',
      comment: 'No HTTP, no files, no environment, no clock service in the SDK: its callers bring them.',
      severity: 'error',
      from: { path: '^ledger/' },
      to: {
        path: '^(node:)?(http|https|http2|net|tls|dns|fs|fs/promises|child_process|process|timers|timers/promises)$|node_modules/(express|undici|ws|pg|kysely|better-sqlite3|pino)/',
      },
    },
    {
      name: 'verifier-never-gateway',
      comment: 'The regulator checks the gateway; it must not run its code.',
      severity: 'error',
      from: { path: '^verifier/' },
      to: { path: '^(gateway|cli|scripts|test|bench)/' },
    },
    {
      name: 'verifier-has-its-own-rules',
      comment:
        'What the ledger means is written a second time in verifier/; it shares formats and the decision, no rule of a machine.',
      severity: 'error',
      from: { path: '^verifier/' },
      to: {
        path: '^ledger/',
        pathNot:
          '^ledger/((canonical-json|decide|deny-codes|deployment|document-hash|errors|field-set|grant-table|ids)\\.ts$|(documents|evidence|finality|json|log|receipts)/|acts/chain-enums\\.ts$)',
      },
    },
    {
      name: 'cli-never-gateway',
      comment: 'A department talks to the gateway over HTTP only.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(gateway|scripts|test|bench)/' },
    },
    {
      name: 'gateway-is-production',
      comment: 'The gateway runs without the tools of a checkout.',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(scripts|test|bench|cli|verifier|ignition)/|node_modules/(@nomicfoundation/)?hardhat' },
    },
    {
      name: 'scripts-never-tests',
      comment: 'Operations do not depend on test support.',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'decide-is-pure',
      comment: 'When a read is refused stands in ledger/decide.ts, and what it knows is handed to it (rule 6).',
      severity: 'error',
      from: { path: '^ledger/decide\\.ts$' },
      to: { pathNot: '^ledger/(ids|grant-table|deny-codes|acts/chain-enums|documents/[a-z-]+)\\.ts$' },
    },
    {
      name: 'generated-has-few-readers',
      comment: 'Typed bindings stay behind the acts, the events and the deployment.',
      severity: 'error',
      from: { pathNot: '^(ledger/(acts/|events|deployment|__generated__/)|scripts/|test/|bench/)' },
      to: { path: '/__generated__/' },
    },
    {
      name: 'express-at-the-edge',
      comment: 'Only the HTTP edge knows Express; what it calls is plain functions.',
      severity: 'error',
      from: { path: '^(ledger|gateway|verifier|cli)/', pathNot: '^gateway/(http/|app\\.ts$)' },
      to: { path: 'node_modules/(@types/)?express' },
    },
    {
      name: 'one-barrel',
      comment: 'Inside a folder import from the file that defines it; ledger/index.ts is for outsiders (rule 13).',
      severity: 'error',
      from: { path: OURS, pathNot: '/__generated__/' },
      to: { path: '/index\\.ts$', pathNot: ['^ledger/index\\.ts$', '/__generated__/', 'node_modules'] },
    },
    {
      name: 'no-barrel-from-inside',
      comment: 'The SDK does not import its own barrel.',
      severity: 'error',
      from: { path: '^ledger/' },
      to: { path: '^ledger/index\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(artifacts|cache|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
