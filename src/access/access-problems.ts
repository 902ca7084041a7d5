/** A kind of fact that hides something, how often it occurred, and some of the ids. */
export interface AccessProblem {
  readonly problem: string;
  readonly count: number;
  readonly examples: readonly string[];
}

const maxExamples = 5;

/** Collects what could not be understood or read. Each problem hides records or files; none opens any. */
export class AccessProblems {
  readonly #problems = new Map<string, { count: number; examples: Set<string> }>();

  /** `problem` is a sentence without ids, so that equal problems are counted together. */
  add(problem: string, example?: string): void {
    const found = this.#problems.get(problem) ?? { count: 0, examples: new Set<string>() };
    found.count += 1;
    if (example !== undefined && found.examples.size < maxExamples) found.examples.add(example);
    this.#problems.set(problem, found);
  }

  list(): AccessProblem[] {
    return [...this.#problems].map(([problem, { count, examples }]) => ({ problem, count, examples: [...examples] }));
  }
}
