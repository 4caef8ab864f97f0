export const EVIDENCE_FORMAT = 'dxl/evidence/1';

/** Most bytes of a line without its line feed: a document of the largest size with all around it fits several times. */
export const MAX_LINE_BYTES = 1_048_576;

/** Most arrays and objects inside one another in a line: a document of the deepest kind, its line and one to spare. */
export const MAX_LINE_DEPTH = 34;
