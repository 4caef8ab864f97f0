import { z } from 'zod';

/** The page forbids `eval`, which zod would try for its compiled parsers. Imported first: it tries at the first parse. */
z.config({ jitless: true });
