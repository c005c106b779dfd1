// Stands names between the cluster and a model: addresses, e-mails and names marked private leave as pseudonyms and come back only in what was validated.
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';

export interface Pseudonyms {
  /** Text with every private thing replaced; the same thing has the same pseudonym within an incident. */
  hide(text: string): string;
  /** Pseudonyms of this incident back into what they stand for; others are left as they are. */
  restore(text: string): string;
}

export type PseudonymKey = {
  /** Of this process; it never leaves it. */
  readonly secret: string;
  /** Pseudonyms of two incidents tell nothing about each other. */
  readonly incident: string;
};

/** Words of pseudonyms, so that a reader knows what kind of thing stands behind one. */
type Kind = 'addr' | 'host' | 'person' | 'name';

const ipv4 = String.raw`(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)|(?<![a-z0-9])ip(?:-\d{1,3}){4}(?!\d)`;
const mac = String.raw`(?<![\w:])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:])`;
/** Whatever has two colons and looks like one; whether it is one is for the parser to say. */
const ipv6Like = /(?<![\w:.])[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*/gi;
/** A domain of one label may be a host; before a slash it is the namespace of a series id. */
const email = String.raw`[\p{L}\p{N}_.!#$%&'*+/=?^{|}~\x60-]{1,320}@[\p{L}\p{N}-]{1,63}(?:(?:\.[\p{L}\p{N}-]{1,63}){1,8}|(?![\p{L}\p{N}/-]))`;
/** Last labels under which hosts of companies lie; field paths, signals and file names end otherwise. */
const ends =
  'com|net|org|info|io|dev|app|cloud|corp|internal|intranet|intra|lan|local|home|edu|gov|mil|biz|tech|systems|xyz|site|online|shop|store|ai|co|me|eu|us|ca|uk|de|fr|nl|be|ch|at|it|es|pt|pl|cz|se|no|fi|dk|ie|gr|hu|ro|tr|ru|ua|il|in|jp|cn|kr|sg|hk|tw|au|nz|br|mx|za';
/** Behind two labels any country counts, except where source files end so. */
const countries = String.raw`(?<=\.[a-z0-9-]{1,63}\.)(?!py|go|js|ts|sh|md)[a-z]{2}`;
/** The cluster's own names stay: they tell nothing about a company that the object's name does not. */
const host = String.raw`(?<![\w.-])(?![a-z0-9.-]+\.svc(?:\.cluster\.local)?(?![\w-]))(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:${ends}|${countries})(?![\w-]|\.[a-z0-9])`;

const found: readonly (readonly [Kind, RegExp])[] = [
  ['person', new RegExp(email, 'giu')],
  ['addr', new RegExp(`${mac}|${ipv4}`, 'gi')],
  ['host', new RegExp(host, 'gi')],
];
const pseudonym = /(?:addr|host|person|name)-[0-9a-f]{6,64}/g;
const shortest = 6;

/** `names` are those marked private: of namespaces, workloads, pods, Services and nodes. */
export function createPseudonyms(key: PseudonymKey, names: Iterable<string>): Pseudonyms {
  const standsFor = new Map<string, string>();
  const known = new Map<string, string>();
  const ofNames = patternOf(names);
  const nameOf = (kind: Kind, what: string): string => {
    const before = known.get(what);
    if (before !== undefined) return before;
    const digest = createHmac('sha256', key.secret).update(`${key.incident}\u0000${what}`).digest('hex');
    let length = shortest;
    let made = `${kind}-${digest.slice(0, length)}`;
    while (standsFor.has(made)) made = `${kind}-${digest.slice(0, (length += 1))}`;
    standsFor.set(made, what);
    known.set(what, made);
    return made;
  };
  /** What follows a pseudonym may look like more of it. */
  const back = (made: string): string => {
    for (let end = made.length; end > made.indexOf('-') + shortest; end -= 1) {
      const what = standsFor.get(made.slice(0, end));
      if (what !== undefined) return what + made.slice(end);
    }
    return made;
  };
  return {
    hide(text) {
      let hidden = ofNames === null ? text : text.replaceAll(ofNames, (what) => nameOf('name', what));
      hidden = hidden.replaceAll(ipv6Like, (like) => {
        const what = isIPv6(like) ? like : like.replace(/[.:]$/, '');
        return isIPv6(what) ? nameOf('addr', what) + like.slice(what.length) : like;
      });
      for (const [kind, pattern] of found) hidden = hidden.replaceAll(pattern, (what) => nameOf(kind, what));
      return hidden;
    },
    restore(text) {
      // A private name inside a host was hidden twice.
      return text.replaceAll(pseudonym, back).replaceAll(pseudonym, back);
    },
  };
}

/** Longer names first, in any case and with the underscores of environment variables; null when there are none. */
function patternOf(names: Iterable<string>): RegExp | null {
  const sorted = [...new Set(names)]
    .filter((one) => one !== '')
    .toSorted((left, right) => right.length - left.length || (left < right ? -1 : 1));
  if (sorted.length === 0) return null;
  const words = sorted.map((one) => one.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('-', '[-_]'));
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${words.join('|')})(?![\p{L}\p{N}])`, 'giu');
}
