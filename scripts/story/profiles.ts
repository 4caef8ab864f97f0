import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { KeyFolder } from '../samples/key-folder.ts';
import type { Principal } from './principal.ts';

/**
 * Writes a profile of the command line for each sample department, so that one can go on by hand where the story ends.
 * @returns the path of the profile of a department
 */
export function writeProfiles(
  folder: string,
  principals: Iterable<Principal>,
  keys: KeyFolder,
  gateway: { readonly url: string; readonly keyId: string },
): (key: string) => string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (key: string): string => join(folder, `${key}.json`);
  const inFolder = (path: string): string => relative(folder, path);
  const keystore = (name: string) => ({
    keystore: inFolder(keys.walletFile(name)),
    passwordFile: inFolder(keys.passwordFile),
  });
  for (const { department, signers } of principals) {
    const profile = {
      gateway: gateway.url,
      gatewayKey: gateway.keyId,
      department: department.id,
      accessKey: inFolder(keys.accessKeyFile(`${department.key}/access`)),
      receipts: `${department.key}.receipts`,
      maker: signers.maker.map(keystore),
      office: signers.office.map(keystore),
      head: signers.head.map(keystore),
    };
    writeFileSync(pathOf(department.key), `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 });
  }
  return pathOf;
}
