/** A text in both languages of the demonstration. */
export type Bilingual = readonly [english: string, chinese: string];

/** One thing that a step shows, and what proves it. */
export interface Fact {
  readonly name: string;
  readonly label: Bilingual;
  readonly value: string | number;
}

export interface StepReport {
  readonly name: string;
  readonly title: Bilingual;
  readonly facts: readonly Fact[];
}

export interface Narrator {
  /** What is going on while nothing is proved yet. */
  progress(text: Bilingual): void;
  step(report: StepReport): void;
  /** Lines after the last step, as they are. */
  closing(lines: readonly string[]): void;
}

export function fact(name: string, label: Bilingual, value: string | number): Fact {
  return { name, label, value };
}

/** For people: numbered steps, the label of each fact in both languages. */
export function createNarrator(write: (text: string) => void): Narrator {
  let number = 0;
  return {
    progress: ([english, chinese]) => write(`  ${english} / ${chinese}\n`),
    step: ({ title: [english, chinese], facts }) => {
      number += 1;
      write(`\n${String(number).padStart(2)}  ${english}\n    ${chinese}\n`);
      for (const { label, value } of facts) write(`      ${label[0]} / ${label[1]}: ${String(value)}\n`);
    },
    closing: (lines) => write(`\n${lines.join('\n')}\n`),
  };
}

/** For programs: one JSON object a line. */
export function createJsonNarrator(write: (text: string) => void): Narrator {
  const line = (value: unknown): void => write(`${JSON.stringify(value)}\n`);
  return {
    progress: ([english]) => line({ type: 'progress', text: english }),
    step: ({ name, title, facts }) =>
      line({
        type: 'step',
        name,
        title: title[0],
        titleZh: title[1],
        facts: Object.fromEntries(facts.map((each) => [each.name, each.value])),
      }),
    closing: (lines) => line({ type: 'closing', lines }),
  };
}
