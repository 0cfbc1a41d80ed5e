import { StatementError } from './diagnostics.ts';

export interface MacroParameter {
  readonly name: string;
  readonly fallback: string;
  readonly kind: 'optional' | 'required' | 'rest';
}

/** The parameters behind `.macro name`: `a, b=5, c:req, d:vararg`. */
export function parseParameters(text: string): MacroParameter[] {
  return splitArguments(text).map((part) => {
    const found = /^([A-Za-z_.$][\w.$]*)(?::(req|vararg))?(?:=(.*))?$/s.exec(part);
    if (!found?.[1]) throw new StatementError(`bad macro parameter '${part}'`);
    const kind = found[2] === 'req' ? 'required' : found[2] === 'vararg' ? 'rest' : 'optional';
    return { name: found[1], fallback: unquote(found[3] ?? ''), kind };
  });
}

/** Cut at commas, and at blanks between whole operands, as gas does; brackets and strings hold together. */
export function splitArguments(text: string): string[] {
  const out: string[] = [];
  let current = '';
  let depth = 0;
  const push = (): void => {
    out.push(current.trim());
    current = '';
  };
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charAt(i);
    if (c === '"') {
      const end = stringEnd(text, i);
      current += text.slice(i, end);
      i = end - 1;
    } else if (/[([{]/.test(c)) {
      depth += 1;
      current += c;
    } else if (/[)\]}]/.test(c)) {
      depth -= 1;
      current += c;
    } else if (c === ',' && depth <= 0) push();
    else if (/\s/.test(c) && depth <= 0 && separates(current, text.slice(i))) {
      push();
    } else current += c;
  }
  if (current.trim() !== '' || out.length > 0) push();
  return out;
}

/** Does a blank here end an argument? Not beside an operator or a comma. */
function separates(before: string, after: string): boolean {
  return /[\w.$)\]"\\]$/.test(before) && /^\s+[\w.$"'\\(%#]/.test(after);
}

function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    if (text.charAt(i) === '\\') i += 1;
    else if (text.charAt(i) === '"') return i + 1;
  }
  return text.length;
}

const unquote = (text: string): string => (/^".*"$/s.test(text) ? text.slice(1, -1) : text);

/** Which text each parameter stands for in one call. Throws StatementError. */
export function bindArguments(name: string, parameters: readonly MacroParameter[], text: string): Map<string, string> {
  const bound = new Map<string, string>();
  const parts = splitArguments(text);
  let position = 0;
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] ?? '';
    const keyword = /^([A-Za-z_.$][\w.$]*)=(?!=)(.*)$/s.exec(part);
    if (keyword?.[1] && parameters.some((p) => p.name === keyword[1])) {
      bound.set(keyword[1], unquote(keyword[2] ?? ''));
      continue;
    }
    const parameter = parameters[position];
    if (!parameter) throw new StatementError(`too many arguments for macro '${name}'`);
    if (parameter.kind === 'rest') {
      bound.set(parameter.name, parts.slice(i).join(', '));
      break;
    }
    bound.set(parameter.name, unquote(part));
    position += 1;
  }
  for (const { name: parameter, fallback, kind } of parameters) {
    const value = bound.get(parameter) ?? '';
    if (value !== '') continue;
    if (kind === 'required') throw new StatementError(`macro '${name}' needs its argument '${parameter}'`);
    bound.set(parameter, fallback);
  }
  return bound;
}

/** A line of a macro's body with `\name`, `\@` and `\()` replaced. */
export function substitute(text: string, values: ReadonlyMap<string, string>, count: number): string {
  return text.replace(/\\(\(\)|@|[A-Za-z_.$][\w.$]*)/g, (whole, name: string) => {
    if (name === '()') return '';
    if (name === '@') return String(count);
    // The longest parameter that the name starts with: `\reg.w` is `\reg` and `.w`.
    for (let end = name.length; end > 0; end -= 1) {
      const value = values.get(name.slice(0, end));
      if (value !== undefined) return value + name.slice(end);
    }
    return whole;
  });
}
