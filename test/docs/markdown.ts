// What a page of documentation says that can be held against the program: fenced lines, code spans, links, and its prose.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Fence = { readonly language: string; readonly text: string };

/** README and every page below docs that a person wrote or the code generated, as paths from the root. */
export function pages(): readonly string[] {
  const below = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name));
  return ['README.md', ...below.filter((path) => path.endsWith('.md')).toSorted()];
}

export function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}

export function fences(text: string): readonly Fence[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', body = '']) => ({
    language,
    text: body,
  }));
}

/** Lines that are typed into a shell, one command each. */
export function commands(text: string): readonly string[] {
  return fences(text)
    .filter((one) => one.language === 'sh')
    .flatMap((one) => one.text.split('\n'))
    .flatMap((line) => line.split('&&'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function codeSpans(text: string): readonly string[] {
  return [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
}

/** Targets of links. */
export function links(text: string): readonly string[] {
  return [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** What is neither code nor the target of a link. */
export function prose(text: string): string {
  return withoutFences(text)
    .replaceAll(/`[^`\n]+`/g, '')
    .replaceAll(/\]\([^)\s]+\)/g, ']');
}

/** The words of a command line; quotes keep words together. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function withoutFences(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}
