// The pieces of a generated page: tables and words in Markdown, written the same way on every page.

export const generated = 'Generated from the code by `npm run reference`.';

/** The lines of a table; a bar inside a cell does not end it. */
export function rows(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...body.map((row) => `| ${row.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`),
  ];
}

export function code(text: string): string {
  return `\`${text}\``;
}

export function codes(texts: readonly string[]): string {
  return texts.map(code).join(', ');
}

export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A page of a title, the note that it is generated, and its paragraphs and tables. */
export function page(title: string, ...parts: readonly (string | readonly string[])[]): string {
  const lines = [`# ${title}`, '', generated, ''];
  for (const part of parts) lines.push(...(typeof part === 'string' ? [part] : part), '');
  return lines.join('\n');
}
