import { CliError } from '../errors.ts';

const TOKEN =
  /\s*((?:0x[0-9a-f]+|\d+)[ul]*|\$+[\w]*|'(?:\\.|[^'\\])'|[A-Za-z_.][\w.]*(?:@@?[A-Za-z_][\w.]*)?|->|<<|>>|==|!=|<=|>=|&&|\|\||[-+*/%&|^~!()<>{}[\]@=,?:])/iy;

/** The tokens of an expression. A `@` behind a symbol is its version (`memcpy@plt`), any other makes an array. */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match?.[1]) throw new CliError(`A syntax error in expression, near \`${text.slice(from).trim()}'.`);
    tokens.push(match[1]);
  }
  return tokens;
}
