/** A stretch of a file; each call throws unless the pattern has exactly one match in it. */
export interface Region {
  prepend(code: string): Region;
  append(code: string): Region;
  remove(): Region;
  replace(pattern: RegExp | string, code: string | ((found: string) => string)): Region;
  before(pattern: RegExp | string, code: string): Region;
  after(pattern: RegExp | string, code: string): Region;
  replaceAll(pattern: RegExp | string, count: number, code: string): Region;
}

export interface SourceFile {
  readonly path: string;
  text: string;
  fn(name: string): Region;
  block(head: string): Region;
  all(): Region;
  append(code: string): void;
}

export class SourceTree {
  constructor(root: string);
  file(path: string): SourceFile;
  save(): void;
}
