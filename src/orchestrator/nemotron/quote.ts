// Turns text of the cluster into quotable data: one line, no invisible or control characters, no chat tokens, nothing that looks like a secret.
import { cutLine } from '../cut-line.ts';

/**
 * At most `longest` characters. The result holds no `<` before a word, so it can neither open nor close a fence or a chat token.
 * `hide` stands pseudonyms in for what is private, after secrets are gone and before the text is cut.
 */
export function quotable(text: string, longest: number, hide: (text: string) => string = (same) => same): string {
  const visible = cutLine(text, mostRead)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu, '');
  const plain = hide(secretsOut(visible))
    .replaceAll(email, '(e-mail)')
    .replaceAll(/<(?=[^\s\d=])/g, '‹')
    .replaceAll(/\[(\/?INST)\]/gi, '($1)')
    .replaceAll(/(^|#+|\|)\s*(system|user|assistant|developer|tool)\s*:/gi, '$1 ($2)')
    .trim();
  const characters = Array.from(plain);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : plain;
}

/** Patterns below look at no more characters than this. */
const mostRead = 4_000;

const email = /\b[\w.+-]+@[\w-]+(\.[\w-]+)+\b/g;

const secretLike: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '(private key)'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g, '(token)'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 (token)'],
  [/\b(nvapi|sk|ghp|gho|ghs|glpat|xox[abp]|AKIA)[-_]?[A-Za-z0-9_-]{12,}/g, '(token)'],
  [
    /((?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|credential)s?\\*["']?\s*[:=]\s*)(\\*"[^"]*"|\\*'[^']*'|[^\s,;&"']+)/gi,
    '$1(hidden)',
  ],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+@/gi, '$1(hidden)@'],
];

export function secretsOut(text: string): string {
  return secretLike.reduce((rest, [pattern, instead]) => rest.replaceAll(pattern, instead), text);
}
