// Holds a wording to its facts: every number and every name that it uses must stand in what was recorded, or the wording is not used.

/** Numbers with their signs and decimals, and words that look like names of things: ids, images, hosts, paths, capitals inside. */
const numbers = /(?<![\p{L}\p{N}.])\d+(?:[.,:]\d+)*/gu;
const names =
  /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}]+(?:[-_./@:][\p{L}\p{N}]+)+|\p{Lu}\p{Ll}*\p{Lu}[\p{L}\p{N}]*|\p{L}+\d[\p{L}\p{N}]*)/gu;

/**
 * Numbers and names of `text` that `facts` do not hold, in the order in which they stand, each once. Empty: the text adds nothing
 * that can be told by numbers and names. It does not judge what plain words claim.
 */
export function unsupported(text: string, facts: string): readonly string[] {
  const known = new Set(wordsOf(facts));
  return [...new Set(wordsOf(text))].filter(
    (word) => !known.has(word) && !partsOf(word).every((part) => known.has(part)),
  );
}

function* wordsOf(text: string): Generator<string> {
  for (const pattern of [numbers, names])
    for (const [word] of text.normalize('NFKC').matchAll(pattern)) {
      yield plainOf(word);
      yield* partsOf(word);
    }
}

/** `shop/deploy/checkout` may be told as its last part alone, and `12:04` as neither of its halves. */
function partsOf(word: string): readonly string[] {
  const parts = word.split('/').filter((part) => part !== '');
  return parts.length > 1 ? parts.map(plainOf) : [plainOf(word)];
}

function plainOf(word: string): string {
  return word.replaceAll(/(\d),(?=\d{3}\b)/g, '$1').toLowerCase();
}
