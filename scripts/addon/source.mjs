/**
 * The text of one upstream C file, edited by place names. Every operation throws unless it finds exactly one place, so an
 * edit that no longer fits the crate stops the build instead of being lost.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Opens files of one source tree; `save` writes those that were changed. */
export class SourceTree {
  #root;
  #files = new Map();

  constructor(root) {
    this.#root = root;
  }

  /** @param {string} path relative to the root of the tree */
  file(path) {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = new SourceFile(path, readFileSync(join(this.#root, path), 'utf8'));
      this.#files.set(path, file);
    }
    return file;
  }

  save() {
    for (const file of this.#files.values()) writeFileSync(join(this.#root, file.path), file.text);
  }
}

class SourceFile {
  constructor(path, text) {
    this.path = path;
    this.text = text;
  }

  /** The whole definition of a C function, from its name to the closing brace in column 0. */
  fn(name) {
    const starts = [...this.text.matchAll(new RegExp(`^[A-Za-z_][^;{}#()]*?\\b${name}\\s*\\(`, 'gm'))];
    const found = [];
    for (const match of starts) {
      const start = match.index;
      const open = endOfParameters(this.text, start + match[0].length);
      if (open < 0) continue;
      const end = this.text.indexOf('\n}', open);
      if (end >= 0) found.push([start, open + 1, end + 1]);
    }
    if (found.length !== 1) throw new Error(`${this.path}: function ${name}: ${found.length} definitions, expected 1`);
    return new Region(this, `function ${name}`, ...found[0]);
  }

  /** A struct, union or enum definition, or an array initializer, by the text its first line holds. */
  block(head) {
    const start = this.text.indexOf(head);
    if (start < 0 || this.text.indexOf(head, start + 1) >= 0)
      throw new Error(`${this.path}: not exactly one "${head}"`);
    const open = this.text.indexOf('{', start);
    const end = this.text.indexOf('\n}', open);
    if (open < 0 || end < 0) throw new Error(`${this.path}: "${head}" has no body`);
    return new Region(this, head, start, open + 1, end + 1);
  }

  /** Everything, for declarations and defines. */
  all() {
    return new Region(this, 'file', 0, 0, this.text.length);
  }

  append(code) {
    this.text += `\n${code}`;
  }
}

/** Index of the `{` behind a parameter list that opened just before `at`; -1 for a mere declaration or a call. */
function endOfParameters(text, at) {
  let depth = 1;
  let i = at;
  for (; i < text.length && depth > 0; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
  }
  const brace = /^\s*\{/.exec(text.slice(i, i + 200));
  return brace ? i + brace[0].length - 1 : -1;
}

/** A stretch of a file. After a change through it, take a new one. */
class Region {
  #file;
  #name;
  #start;
  #body;
  #end;

  constructor(file, name, start, body, end) {
    this.#file = file;
    this.#name = name;
    this.#start = start;
    this.#body = body;
    this.#end = end;
  }

  #put(from, to, code) {
    this.#file.text = this.#file.text.slice(0, from) + code + this.#file.text.slice(to);
    this.#end += code.length - (to - from);
    return this;
  }

  #find(pattern) {
    const text = this.#file.text.slice(this.#start, this.#end);
    const regex = every(pattern);
    const matches = [...text.matchAll(regex)];
    if (matches.length !== 1) {
      throw new Error(`${this.#file.path}: ${this.#name}: ${matches.length} matches of ${regex}, expected 1`);
    }
    const at = this.#start + matches[0].index;
    return [at, at + matches[0][0].length];
  }

  /** Text inside the opening brace, before the first statement or member. */
  prepend(code) {
    return this.#put(this.#body, this.#body, `\n${code}`);
  }

  /** Text before the closing brace. */
  append(code) {
    return this.#put(this.#end, this.#end, `${code}\n`);
  }

  /** `code` is text, or makes it from the text found. */
  replace(pattern, code) {
    const [from, to] = this.#find(pattern);
    return this.#put(from, to, typeof code === 'string' ? code : code(this.#file.text.slice(from, to)));
  }

  before(pattern, code) {
    const [from] = this.#find(pattern);
    return this.#put(from, from, code);
  }

  after(pattern, code) {
    const [, to] = this.#find(pattern);
    return this.#put(to, to, code);
  }

  /** Replace every match; there must be `count` of them. */
  replaceAll(pattern, count, code) {
    const text = this.#file.text.slice(this.#start, this.#end);
    const regex = every(pattern);
    const found = [...text.matchAll(regex)].length;
    if (found !== count) {
      throw new Error(`${this.#file.path}: ${this.#name}: ${found} matches of ${regex}, expected ${count}`);
    }
    return this.#put(this.#start, this.#end, text.replace(regex, code));
  }

  /** Everything up to and with the closing brace. */
  remove() {
    this.#end++;
    return this.#put(this.#start, this.#end, '');
  }
}

/** The pattern as a global one; a string stands for itself. */
function every(pattern) {
  if (typeof pattern === 'string') return new RegExp(pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g');
  return new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`);
}
