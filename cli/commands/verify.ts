import type { Command } from 'commander';

import { parseHeaderTrust } from '../../ledger/finality/trusted-validators.ts';
import { FinalityError, type FinalityErrorCode } from '../../ledger/finality/finality-error.ts';
import { givenOnce } from '../arguments.ts';
import { asUncheckable, CliError, EXIT } from '../cli-error.ts';
import { readValidatorsFile } from '../header-files.ts';
import { Output } from '../output.ts';
import { globalOptions } from '../session.ts';
import { addVerifyBundle } from './verify-bundle.ts';
import { type HeaderProof, type QbftFiles, verifyCometFile, verifyQbftFiles } from '../verify-header.ts';

const EXIT_CODES = `
Exit codes: 0 sound, 1 wrong (the finding says what and where), 2 could not be checked: a file is missing or is not what
it should be, or the usage is wrong.`;

const HEADER_HELP = `
--profile is the engine here, and no file: qbft or comet. Nothing is asked of a gateway, a node or a network.

The validators file says whom you trust, and you bring it yourself:
  {"profile": "qbft", "chainId": 1337, "epochLength": 30000, "block": {"number": 0, "hash": "0x..."},
   "validators": ["0x..."]}
    From the block, the set of which is listed, headers are followed one by one, and with them the votes on validators.
    The block is the genesis block or one whose number is a multiple of epochLength; null: the list is the set for the header itself. Validators
    that the genesis file changes by itself (config.transitions) are not followed.
  ["0x..."] or {"validators": ["0x..."]}: for qbft too, the set for the header itself.
  {"profile": "comet", "chainId": "net-1", "validators": [{"publicKey": "<Ed25519, base64>", "power": "1"}]}

The header: RLP as bytes or hex (qbft), or {"header", "commit"} as /commit answers, and to prove a storage slot "contract",
"slot" and "query" as /abci_query answers (comet).
${EXIT_CODES}`;

/** The evidence may be good; what was given does not let us tell. */
const UNDECIDED: readonly FinalityErrorCode[] = ['BLOCK_UNSEALED', 'CONTRACT_MODE', 'HEADER_GAP', 'VOTES_UNSEEN'];

interface VerifyHeaderOptions extends QbftFiles {
  readonly validators: string;
}

export function addVerifyCommands(program: Command): void {
  const verify = program
    .command('verify')
    .description('check evidence offline, trusting nobody who made it / 离线核验');
  addVerifyHeader(verify);
  addVerifyBundle(verify);
}

function addVerifyHeader(verify: Command): void {
  verify
    .command('header')
    .description('prove by the seals of validators you know that a block is final / 核验区块最终性')
    .requiredOption('--validators <file>', 'the validators you trust', givenOnce)
    .requiredOption('--header <file>', 'the header in question', givenOnce)
    .option('--previous <file...>', 'qbft: headers before it, one a file, in their order')
    .option('--headers <file>', 'qbft: headers before it as hex, one a line; those of --previous come after them')
    .addHelpText('after', HEADER_HELP)
    .action(async (options: VerifyHeaderOptions, command: Command) => {
      const { profile = '', json = false } = globalOptions(command);
      await report(new Output(json), json, async () => await verifyHeader(profile, options));
    });
}

async function verifyHeader(profile: string, options: VerifyHeaderOptions): Promise<HeaderProof> {
  if (profile !== 'qbft' && profile !== 'comet') {
    throw new CliError('INPUT_INVALID', 'dxl verify header takes --profile qbft or --profile comet');
  }
  const trust = readValidatorsFile(options.validators, parseHeaderTrust);
  if (trust.profile !== profile) {
    throw new CliError('INPUT_INVALID', `${options.validators} is for ${trust.profile}, not for ${profile}`);
  }
  if (trust.profile === 'qbft') return await verifyQbftFiles(trust, options);
  if (options.previous !== undefined || options.headers !== undefined) {
    throw new CliError('INPUT_INVALID', 'Headers before it are followed with --profile qbft only');
  }
  return verifyCometFile(trust, options.header);
}

/** What was found goes to stdout like any data, also when it is wrong. */
async function report(output: Output, json: boolean, verify: () => Promise<HeaderProof>): Promise<void> {
  try {
    const proof = await verify();
    output.show(json ? { result: 'sound', ...proof } : describe(proof));
  } catch (error) {
    if (!(error instanceof FinalityError)) throw asUncheckable(error);
    const { code, message, details } = error;
    if (UNDECIDED.includes(code)) {
      const where = Object.entries(details).map(([name, value]) => `; ${name} ${String(value)}`);
      throw new CliError('UNCHECKABLE', `${message}${where.join('')}`, { reason: code, ...details }, error);
    }
    const finding = { code, message, ...details };
    output.show(json ? { result: 'findings', findings: [finding] } : { result: 'wrong', ...finding });
    process.exitCode = EXIT.error;
  }
}

function describe({ number, hash, state, signers, validators, power, totalPower, headers, storage }: HeaderProof) {
  return {
    result: 'sound: the block is final',
    block: number,
    hash,
    state,
    signed: `${String(signers.length)} of ${String(validators)} validators`,
    signers: signers.join(' '),
    ...(power === null ? {} : { power: `${power} of ${String(totalPower)}` }),
    ...(headers === 1 ? {} : { followed: `${String(headers)} headers` }),
    ...(storage === null ? {} : { contract: storage.contract, slot: storage.slot, value: storage.value }),
  };
}
