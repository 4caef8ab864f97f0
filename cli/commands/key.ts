import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

import { Option } from 'commander';
import type { Command } from 'commander';

import { once } from '../../ledger/acts/build-acts.ts';
import { KEY_ALGORITHMS, deriveAccessKeyId, parseDepartmentId } from '../../ledger/ids.ts';
import type { AccessKeyId } from '../../ledger/ids.ts';
import { exportPublicKey } from '../../ledger/signatures/signature-key.ts';
import { keyIdArgument, parseCount } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import { Output } from '../output.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, globalOptions, openSession } from '../session.ts';

const DAY_SECONDS = 24 * 3600;
const DEFAULT_KEY_DAYS = 365;

function createKey(algorithm: 'ed25519' | 'p256') {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function readPublic(path: string) {
  try {
    return exportPublicKey(createPublicKey(createPrivateKey(readFileSync(path, 'utf8'))));
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The key ${path} cannot be read`, {}, cause);
  }
}

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('access keys, which sign HTTP requests and nothing else / 访问密钥');
  addNew(key);
  addRegister(key);
  addRevoke(key);
}

function addNew(key: Command): void {
  key
    .command('new')
    .argument('<file>', 'where to write the private key (PKCS #8 PEM, mode 600); never overwritten')
    .addOption(new Option('--algorithm <name>').choices(['ed25519', 'p256']).default('ed25519'))
    .description('make a key pair')
    .action((file: string, options: { algorithm: 'ed25519' | 'p256' }, command: Command) => {
      const privateKey = createKey(options.algorithm);
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      try {
        writeFileSync(file, pem, { mode: 0o600, flag: 'wx' });
      } catch (cause) {
        throw new CliError('FILE_UNUSABLE', `The file ${file} cannot be written, or is there already`, {}, cause);
      }
      const { algorithm, bytes } = exportPublicKey(createPublicKey(privateKey));
      const publicHex = `0x${Buffer.from(bytes).toString('hex')}`;
      new Output(globalOptions(command).json ?? false).show({ algorithm, publicKey: publicHex, file });
    });
}

function addRegister(key: Command): void {
  withActOptions(key.command('register'))
    .argument('<file>', 'the private key file')
    .option('--days <n>', 'validity from now', parseCount, DEFAULT_KEY_DAYS)
    .description('register a key, signed by the office')
    .action(async (file: string, options: ActOptions & { days: number }, command: Command) => {
      const session = openSession(command);
      const { algorithm, bytes } = readPublic(file);
      const now = Math.floor(Date.now() / 1000);
      const department = parseDepartmentId(session.profile.department);
      const act = {
        department,
        algorithm: KEY_ALGORITHMS[algorithm],
        publicKey: `0x${Buffer.from(bytes).toString('hex')}`,
        notBefore: now,
        notAfter: now + options.days * DAY_SECONDS,
        ...once(actExpiry()),
      };
      const keyId = deriveAccessKeyId(department, algorithm, bytes);
      await performAct(session, options, { name: 'registerAccessKey', act, salted: null, facts: () => ({ keyId }) });
    });
}

function addRevoke(key: Command): void {
  withActOptions(key.command('revoke'))
    .argument('<key-id>', '0x and 64 hex digits', keyIdArgument)
    .description('revoke a key, signed by the office')
    .action(async (keyId: AccessKeyId, options: ActOptions, command: Command) => {
      const session = openSession(command);
      const department = parseDepartmentId(session.profile.department);
      const act = { department, keyId, ...once(actExpiry()) };
      await performAct(session, options, { name: 'revokeAccessKey', act, salted: null });
    });
}
