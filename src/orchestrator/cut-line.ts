// Cuts a line of others to a length without leaving half a word: half a name or half a token would be known by no pattern that hides it.

/** At most `longest` characters; a word that does not fit is left out whole. */
export function cutLine(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = text.slice(0, longest);
  const end = head.search(/\S+$/);
  return `${(end <= 0 ? '' : head.slice(0, end)).trimEnd()} …`.trimStart();
}
