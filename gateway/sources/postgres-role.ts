import type { ClientBase } from 'pg';

import { GatewayError } from '../errors.ts';
import { relationOf } from './postgres-query.ts';
import type { PostgresSourceConfig } from './postgres-source-config.ts';

/** What a role that only reads one view never has. Column rights count too. */
const POWERS = `
  SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS administrator,
         has_table_privilege($1::regclass, 'INSERT, UPDATE, DELETE, TRUNCATE')
           OR has_any_column_privilege($1::regclass, 'INSERT, UPDATE') AS writer,
         has_table_privilege($1::regclass, 'SELECT') OR has_any_column_privilege($1::regclass, 'SELECT') AS reader,
         EXISTS (
           SELECT FROM pg_roles g
           WHERE g.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files',
                               'pg_write_all_data', 'pg_signal_backend', 'pg_maintain')
             AND pg_has_role(g.oid, 'MEMBER')
         ) AS powerful_member
  FROM pg_roles r WHERE r.rolname = current_user`;

interface Powers {
  readonly administrator: boolean;
  readonly writer: boolean;
  readonly reader: boolean;
  readonly powerful_member: boolean;
}

/**
 * The read-only transaction is one wall; the role is the other, which holds when our own code is wrong.
 * @throws GatewayError SOURCE_FORBIDDEN unless the role can do nothing but read
 */
export async function assertReadOnlyRole(client: ClientBase, config: PostgresSourceConfig): Promise<void> {
  const { rows } = await client.query<Powers>(POWERS, [relationOf(config)]);
  const [powers] = rows;
  if (powers?.reader !== true) throw new GatewayError('SOURCE_FORBIDDEN', 'The database role cannot read the view');
  if (config.allowPrivilegedRole) return;
  if (powers.administrator || powers.powerful_member || powers.writer) {
    throw new GatewayError('SOURCE_FORBIDDEN', 'The database role can do more than read the view');
  }
}
