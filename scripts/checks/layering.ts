/**
 * The import rules of the folders, read off the sources.
 *
 * kernel ← asm ← emulator ← libc-stubs, debugger ← frontends: a file imports from its own folder and from folders to its
 * left, never the other way round. tests, bench and scripts may import all of them, none of them imports those.
 */
import { posix } from 'node:path';
import ts from 'typescript';
import type { SourceFile } from './sources.ts';

/** Top-level folders of the product, each with its place in the order of imports. */
const RANK: ReadonlyMap<string, number> = new Map([
  ['kernel', 0],
  ['asm', 1],
  ['emulator', 2],
  ['libc-stubs', 3],
  ['debugger', 3],
  ['frontends', 4],
]);

const ISA_NAMES: ReadonlySet<string> = new Set(['i386', 'x86_64', 'arm']);

/** Where an ISA's name may be compared: there, and nowhere else, code differs by ISA. */
const ISA_AWARE = /^(kernel\/arch\/|asm\/|emulator\/engine\/registers[./])/;

/** Methods that compare a string with their argument. */
const COMPARING_METHODS: ReadonlySet<string> = new Set([
  'startsWith',
  'endsWith',
  'includes',
  'indexOf',
  'localeCompare',
]);

const EQUALITY: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

export interface Violation {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

export function format({ path, line, what }: Violation): string {
  return `${path}:${line}: ${what}`;
}

/** True for a TypeScript source of the product. */
export function isProductSource(path: string): boolean {
  return path.endsWith('.ts') && !path.endsWith('.d.ts') && RANK.has(topFolder(path));
}

/** Everything in `files` that breaks a rule, in the order of the files. Files outside the product's folders pass. */
export function findViolations(files: readonly SourceFile[]): Violation[] {
  const found: Violation[] = [];
  const edges: Import[] = [];
  for (const file of files) {
    if (!isProductSource(file.path)) continue;
    const report = (line: number, what: string) => found.push({ path: file.path, line, what });
    visit(file, (node, line) => {
      const specifier = importedBy(node);
      if (specifier !== undefined) {
        checkImport(file.path, specifier, line, report);
        edges.push({ path: file.path, line, target: topFolder(resolveImport(file.path, specifier) ?? '') });
      }
      checkEngineName(file.path, node, line, report);
      checkAddon(file.path, node, line, report);
      checkIsaComparison(file.path, node, line, report);
    });
  }
  return [...found, ...findCycles(edges)];
}

type Report = (line: number, what: string) => void;

interface Import {
  readonly path: string;
  readonly line: number;
  /** The top-level folder imported from, '' for a package. */
  readonly target: string;
}

function topFolder(path: string): string {
  return path.slice(0, Math.max(path.indexOf('/'), 0));
}

/** Repository path of a relative import; undefined for a package or a node: module. */
function resolveImport(path: string, specifier: string): string | undefined {
  return /^\.\.?(\/|$)/.test(specifier) ? posix.join(posix.dirname(path), specifier) : undefined;
}

function visit(file: SourceFile, each: (node: ts.Node, line: number) => void): void {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const walk = (node: ts.Node): void => {
    each(node, source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
    ts.forEachChild(node, walk);
  };
  walk(source);
}

/** What `node` imports: import and export declarations, import(), require(), import types. */
function importedBy(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return stringOf(node.moduleSpecifier);
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? stringOf(node.argument.literal) : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  return isRequire || node.expression.kind === ts.SyntaxKind.ImportKeyword ? stringOf(node.arguments[0]) : undefined;
}

function stringOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function checkImport(path: string, specifier: string, line: number, report: Report): void {
  const from = topFolder(path);
  const target = resolveImport(path, specifier);
  if (target === undefined) {
    if (from === 'kernel') report(line, `kernel imports nothing outside itself, but this imports '${specifier}'`);
    return;
  }
  const to = topFolder(target);
  if (to === from) return;
  const rank = RANK.get(to);
  if (from === 'kernel') {
    report(line, `kernel imports nothing outside itself, but this imports '${specifier}'`);
  } else if (rank === undefined) {
    report(line, `${from} may not import from ${to || 'the top folder'}: '${specifier}'`);
  } else if (rank > (RANK.get(from) ?? 0)) {
    report(line, `imports go the other way: ${to} may import from ${from}, but ${from} not from ${to}: '${specifier}'`);
  }
}

/** Nothing outside emulator/native knows which engine it is. Comments may name it. */
function checkEngineName(path: string, node: ts.Node, line: number, report: Report): void {
  if (path.startsWith('emulator/native/')) return;
  const isText = ts.isIdentifier(node) || ts.isStringLiteralLike(node) || isTemplatePart(node);
  if (isText && /unicorn/i.test(node.text)) report(line, `only emulator/native knows Unicorn: ${node.text}`);
}

function isTemplatePart(node: ts.Node): node is ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail {
  return ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

/** Only emulator/engine loads the addon. */
function checkAddon(path: string, node: ts.Node, line: number, report: Report): void {
  if (path.startsWith('emulator/engine/') || path.startsWith('emulator/native/')) return;
  const rule = 'only emulator/engine loads the native addon';
  if (ts.isIdentifier(node) && node.text === 'dlopen') report(line, rule);
  const text = ts.isStringLiteralLike(node) || isTemplatePart(node) ? node.text : '';
  if (/\.node$/.test(text) || /(^|\/)native\//.test(text)) report(line, `${rule}: '${text}'`);
}

/** What differs by ISA stands in the ISA's own object or table; generic code does not ask for the name. */
function checkIsaComparison(path: string, node: ts.Node, line: number, report: Report): void {
  if (ISA_AWARE.test(path)) return;
  const name = comparedStrings(node).find((text) => ISA_NAMES.has(text));
  if (name !== undefined) {
    report(
      line,
      `the ISA '${name}' is compared by name: only kernel/arch, asm and the engine's register table do that`,
    );
  }
}

function comparedStrings(node: ts.Node): string[] {
  const strings = (nodes: readonly ts.Node[]) => nodes.map(stringOf).filter((text) => text !== undefined);
  if (ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind)) return strings([node.left, node.right]);
  if (ts.isCaseClause(node)) return strings([node.expression]);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    if (COMPARING_METHODS.has(node.expression.name.text)) return strings(node.arguments);
  }
  return [];
}

/** Folders of one rank may import from each other, but not in a circle. */
function findCycles(edges: readonly Import[]): Violation[] {
  const reaches = (from: string, to: string, seen: Set<string>): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return edges.some(
      (edge) => topFolder(edge.path) === from && edge.target !== from && reaches(edge.target, to, seen),
    );
  };
  return edges
    .filter(
      ({ path, target }) =>
        RANK.has(target) && target !== topFolder(path) && reaches(target, topFolder(path), new Set()),
    )
    .map(({ path, line, target }) => ({
      path,
      line,
      what: `import cycle: ${target} imports from ${topFolder(path)} too`,
    }));
}
