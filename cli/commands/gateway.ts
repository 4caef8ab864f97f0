import type { Command } from 'commander';
import { z } from 'zod';

import { once } from '../../ledger/acts/build-acts.ts';
import { address, ed25519Key } from '../../ledger/acts/columns.ts';
import { type Bytes32, deriveGatewayId, type GatewayId, parseDepartmentId } from '../../ledger/ids.ts';
import { fromSchema, gatewayIdArgument } from '../arguments.ts';
import { proveEquivocation, readCheckpointFile } from '../equivocation.ts';
import { readList } from '../list-pages.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession, type Session } from '../session.ts';

interface RegisterOptions extends ActOptions {
  readonly publicKey?: Bytes32;
  readonly account?: string;
}

const chainSchema = z.object({ gateway: z.object({ publicKey: ed25519Key, account: address }) });

const publicKeyArgument = fromSchema(ed25519Key, 'an Ed25519 public key: 0x and 64 hex digits in lower case');
const addressArgument = fromSchema(z.string().toLowerCase().pipe(address), 'an address: 0x and 40 hex digits');

export function addGatewayCommands(program: Command): void {
  const gateway = program.command('gateway').description('gateways, and who answers for them / 网关');
  addReading(gateway);
  addRegister(gateway);
  addRetire(gateway);
  addEquivocation(gateway);
}

function addReading(gateway: Command): void {
  gateway
    .command('list')
    .description('all gateways, those that ended too')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const rows = await readList(client, '/v1/gateways', 'gateways');
      output.list(rows, ['id', 'operator', 'status', 'account']);
    });

  gateway
    .command('show')
    .argument('<gateway-id>', '0x and 64 hex digits', gatewayIdArgument)
    .description('one gateway with its key and its account')
    .action(async (id: GatewayId, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const { body } = await client.get(`/v1/gateways/${id}`);
      output.show(body);
    });
}

function addRegister(gateway: Command): void {
  withActOptions(gateway.command('register'))
    .description('answer for a gateway and its log, signed by the office / 登记网关')
    .option('--public-key <key>', 'its Ed25519 key; by default of the gateway of your profile', publicKeyArgument)
    .option('--account <address>', 'the account that signs the heads of its log, likewise', addressArgument)
    .action(async (options: RegisterOptions, command: Command) => {
      const session = openSession(command);
      const operator = parseDepartmentId(session.profile.department);
      const own = await ownGateway(session);
      const { publicKey = own.publicKey, account = own.account } = options;
      const act = { operator, publicKey, account, ...once(actExpiry()) };
      const gatewayId = deriveGatewayId('ed25519', Buffer.from(publicKey.slice(2), 'hex'));
      const facts = () => ({ gatewayId });
      await performAct(session, options, { name: 'registerGateway', act, salted: null, facts });
    });
}

/** What the gateway of the profile says of itself, if it is the one that was pinned. */
async function ownGateway({ client }: Session): Promise<z.output<typeof chainSchema>['gateway']> {
  await client.identity();
  const { body } = await client.getPublic('/v1/chain');
  return chainSchema.parse(body).gateway;
}

function addRetire(gateway: Command): void {
  withActOptions(gateway.command('retire'))
    .argument('<gateway-id>', '0x and 64 hex digits', gatewayIdArgument)
    .description('end a gateway of your department for ever, signed by the office / 注销网关')
    .action(async (id: GatewayId, options: ActOptions, command: Command) => {
      const session = openSession(command);
      const operator = parseDepartmentId(session.profile.department);
      const act = { operator, gateway: id, ...once(actExpiry()) };
      await performAct(session, options, { name: 'retireGateway', act, salted: null });
    });
}

const gatewayAnswer = z.object({ account: address });

function addEquivocation(gateway: Command): void {
  gateway
    .command('equivocation')
    .argument('<checkpoint>', 'a checkpoint file (a C2SP signed note) of the gateway')
    .argument('<other>', 'another one of the same size')
    .description('make of two checkpoints the transaction that ends a gateway with two histories / 证明日志分叉')
    .addHelpText(
      'after',
      '\nNothing is sent. Whoever has an account on the chain may send `data` to the contract `to`, and no gateway is asked.',
    )
    .action(async (path: string, otherPath: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const files = [readCheckpointFile(path), readCheckpointFile(otherPath)] as const;
      const { deployment } = await client.identity();
      const { account } = gatewayAnswer.parse((await client.get(`/v1/gateways/${files[0].gateway}`)).body);
      const { call, ...proof } = proveEquivocation(deployment, account, files);
      output.show({ ...proof, ...call });
    });
}
