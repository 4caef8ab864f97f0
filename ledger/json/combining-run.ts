/** UAX #15 section 13, stream-safe text: normalizing a longer run takes time quadratic in its length. */
export const COMBINING_RUN = /\p{M}{31}/u;
