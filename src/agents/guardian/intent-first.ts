// G02: the intent is in the journal before the write; a journal that cannot be written holds everything.
import { allow, deny, type Rule } from './rule.ts';

export const intentFirst: Rule = {
  id: 'G02',
  about: 'Intent is in the journal before the write; no journal, no write.',
  judge: ({ journalWritable }) =>
    journalWritable
      ? allow('the journal takes the intent before anything is sent')
      : deny('the journal cannot be written, so nothing may be'),
};
