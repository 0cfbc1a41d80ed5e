/** Why a program could not be linked; all reasons at once. */
export class LinkError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'LinkError';
    this.problems = problems;
  }
}
