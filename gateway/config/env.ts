import { accessSync, constants, statSync } from 'node:fs';

import { z } from 'zod';

import { ConfigError } from './config-error.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().positive();
/** Verifiers take no permit whose block had a successor for longer than five minutes, differences of clocks included. */
const age = milliseconds.max(240_000);

/** A host and, after a colon, a port: what a client sends as Host. */
const AUTHORITY = /^(?:[a-z0-9_][a-z0-9._-]*|\[[0-9a-f:.]+\])(?::(?<port>\d{1,5}))?$/i;
const MAX_PORT = 65_535;

/** Every variable that the gateway reads, on one page. Defaults live in `config.ts`. */
const environment = z.object({
  DXL_DATA_DIR: z.string().min(1).describe('Folder for the store, the journal and the documents'),
  DXL_DEPLOYMENT: z.string().min(1).describe('Deployment file of the ledger'),
  DXL_NODE_URL: z.url({ protocol: /^wss?$/ }).describe('WebSocket JSON-RPC address of the node'),
  DXL_AUTHORITY: z
    .string()
    .refine(isAuthority, { error: 'not a host, or a host and a port' })
    .describe('Host and port under which departments call this gateway'),
  DXL_SCHEME: z.enum(['https', 'http']).optional().describe('Scheme under which departments call; default https'),
  DXL_SOURCES: z.string().min(1).describe('File that says where the data of each resource comes from'),
  DXL_NOTICES: z.string().min(1).optional().describe('File that says which departments are told, by webhook'),
  DXL_WITNESSES: z.string().min(1).optional().describe('File that says which gateways cosign the log of this one'),
  DXL_TIMESTAMP: z.string().min(1).optional().describe('File that says which authority stamps checkpoints (RFC 3161)'),
  DXL_SIGNING_KEY_FILE: z.string().min(1).describe('Ed25519 key (PKCS #8 PEM) that signs responses'),
  DXL_RELAYER_KEYSTORE: z.string().min(1).describe('Keystore v3 file of the account that carries acts'),
  DXL_RELAYER_PASSWORD_FILE: z.string().min(1).describe('File with the password of that keystore'),
  DXL_STORE_URL: z
    .string()
    .min(1)
    .optional()
    .describe('postgres://... or a SQLite file; default DATA_DIR/gateway.sqlite'),
  DXL_LISTEN_HOST: z.string().min(1).optional().describe('Address to listen on; default 127.0.0.1'),
  DXL_LISTEN_PORT: port.optional().describe('Port to listen on; default 8480'),
  DXL_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional().describe('Default info'),
  DXL_MAX_NODE_SILENCE_MS: age.optional().describe('Refuse when the node was silent for longer; default 3000'),
  DXL_MAX_BLOCK_AGE_MS: age.optional().describe('Refuse when the newest block is older; default by profile'),
  DXL_AUDIT_GRACE_SECONDS: z.coerce
    .number()
    .int()
    .positive()
    .max(14_400)
    .optional()
    .describe('Refuse when a receipt waits for longer to be anchored; default and most 14400'),
  DXL_ACCEPT_HISTORY_LOSS: z.enum(['yes']).optional().describe('Once only: accept a chain that lost entries for good'),
});

export type Environment = z.infer<typeof environment>;

/**
 * The only reader of the environment.
 * @throws ConfigError naming every variable that is missing or wrong, not just the first.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = environment.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    const about = Object.entries(environment.shape).find(([key]) => key === name)?.[1].description ?? '';
    return `${name}: ${variables[name] === undefined ? 'missing' : issue.message} (${about})`;
  });
  throw new ConfigError('ENVIRONMENT_INVALID', problems);
}

function isAuthority(text: string): boolean {
  const found = AUTHORITY.exec(text);
  return found !== null && Number(found.groups?.['port'] ?? 0) <= MAX_PORT;
}

const FILES = [
  'DXL_DEPLOYMENT',
  'DXL_SOURCES',
  'DXL_NOTICES',
  'DXL_WITNESSES',
  'DXL_TIMESTAMP',
  'DXL_SIGNING_KEY_FILE',
  'DXL_RELAYER_KEYSTORE',
  'DXL_RELAYER_PASSWORD_FILE',
] as const satisfies readonly (keyof Environment)[];

/**
 * Looks at every file that is named before any is read.
 * @throws ConfigError naming each that cannot be read, not just the first.
 */
export function requireFiles(environment: Environment): void {
  const files = FILES.map((name) => fileProblem(name, environment[name]));
  const problems = [...files, folderProblem(environment.DXL_DATA_DIR)].filter((problem) => problem !== null);
  if (problems.length > 0) throw new ConfigError('FILE_UNREADABLE', problems);
}

/** A folder that is not there is made. */
function folderProblem(folder: string): string | null {
  try {
    const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? true;
    return isFolder ? null : `DXL_DATA_DIR: ${folder} is no folder`;
  } catch {
    return `DXL_DATA_DIR: ${folder} cannot be looked at`;
  }
}

function fileProblem(name: string, file: string | undefined): string | null {
  if (file === undefined) return null;
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isDirectory() ? `${name}: ${file} is a folder` : null;
  } catch {
    return `${name}: ${file} cannot be read`;
  }
}

/** Lines for `--help`. */
export function describeEnvironment(): string {
  return Object.entries(environment.shape)
    .map(([name, schema]) => `  ${name.padEnd(26)} ${schema.description ?? ''}`)
    .join('\n');
}
