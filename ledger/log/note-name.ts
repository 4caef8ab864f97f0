/** Names of keys and logs travel with a length of one byte in newer cosignatures, so no longer ones are given out. */
const MAX_NAME_BYTES = 255;

/** Spaces would end the name in a signature line, plus signs in a verifier key; the rest no note may contain. */
const FORBIDDEN = /[\p{White_Space}+\u0000-\u001f]/u; // eslint-disable-line no-control-regex -- it is them that we refuse

/** Whether C2SP signed-note takes `name` for the name of a key. */
export function isNoteName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= MAX_NAME_BYTES && name.isWellFormed() && !FORBIDDEN.test(name);
}
