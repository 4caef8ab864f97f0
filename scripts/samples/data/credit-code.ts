const ORGANISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/**
 * A unified social credit code with both check characters (GB 11714-1997 and GB 32100-2015).
 *
 * @param registration registering office, kind and region, 8 characters, for example `91990100`
 * @param organisation 8 characters of the organisation code
 */
export function completeCreditCode(registration: string, organisation: string): string {
  const body = registration + organisation + organisationCheck(organisation);
  let sum = 0;
  let weight = 1;
  for (const character of body) {
    sum += CREDIT_ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return body + CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31);
}

function organisationCheck(organisation: string): string {
  const sum = ORGANISATION_WEIGHTS.reduce(
    (total, weight, index) => total + weight * ORGANISATION_ALPHABET.indexOf(organisation.charAt(index)),
    0,
  );
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : String(check % 11);
}
