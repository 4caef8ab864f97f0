/** The one standard base64 spelling of the bytes (RFC 4648 section 4), padded. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Null for every other spelling: two texts that mean the same bytes would be two notes that say the same. */
export function decodeBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
