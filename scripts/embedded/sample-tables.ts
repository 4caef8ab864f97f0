import type { PGlite } from '@electric-sql/pglite';

import { readDivisions } from '../samples/data/divisions.ts';
import { sampleEnterprises } from '../samples/data/enterprises.ts';
import { sampleResidents } from '../samples/data/residents.ts';

/** The only role that the socket speaks as: it reads the views and nothing else. */
export const READER_ROLE = 'dxl_reader';

/** Change it with the tables or their content: a data folder with another number is filled anew. */
const CONTENT_VERSION = 1;

const SCHEMA = `
  CREATE TABLE division_code (
    code text PRIMARY KEY, name text NOT NULL, level smallint NOT NULL,
    parent_code text, province_code text NOT NULL);
  CREATE TABLE resident_register (
    id_no text PRIMARY KEY, name text NOT NULL, sex text NOT NULL, nation text NOT NULL, birth date NOT NULL,
    addr text NOT NULL);
  CREATE TABLE enterprise_register (
    credit_code text PRIMARY KEY, ent_name text NOT NULL, legal_rep text NOT NULL, reg_cap numeric(14, 2) NOT NULL,
    est_date date NOT NULL, status text NOT NULL, scope text NOT NULL, addr text NOT NULL);
  CREATE TABLE sample_content (version integer NOT NULL);

  CREATE VIEW division AS
    SELECT d.code, d.name, d.level::integer AS level, d.parent_code, d.province_code, p.name AS province
    FROM division_code d JOIN division_code p ON p.code = d.province_code;
  CREATE VIEW resident AS
    SELECT id_no, name, sex, nation, to_char(birth, 'YYYY-MM-DD') AS birth, addr FROM resident_register;
  CREATE VIEW enterprise AS
    SELECT credit_code, ent_name, legal_rep, reg_cap::float8 AS reg_cap, to_char(est_date, 'YYYY-MM-DD') AS est_date,
      status, scope, addr FROM enterprise_register;

  CREATE ROLE ${READER_ROLE};
  GRANT SELECT ON division, resident, enterprise TO ${READER_ROLE};
`;

type Report = (table: string, rows: number) => void;

/** False also for a database that was being filled when its process was killed. */
export async function isFilled(database: PGlite): Promise<boolean> {
  try {
    const { rows } = await database.query<{ version: number }>('SELECT version FROM sample_content');
    return rows[0]?.version === CONTENT_VERSION;
  } catch {
    return false;
  }
}

/** Creates the sample tables, all or nothing. */
export async function fillTables(database: PGlite, report: Report): Promise<void> {
  const tables = [
    ['division_code', readDivisions()],
    ['resident_register', sampleResidents()],
    ['enterprise_register', sampleEnterprises()],
    ['sample_content', [{ version: CONTENT_VERSION }]],
  ] as const;
  await database.transaction(async (transaction) => {
    await transaction.exec(SCHEMA);
    for (const [table, rows] of tables) {
      const insert = `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`;
      await transaction.query(insert, [JSON.stringify(rows)]);
      report(table, rows.length);
    }
  });
  await database.exec('ANALYZE');
}
