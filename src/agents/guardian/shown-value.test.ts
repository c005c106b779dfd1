import { describe, expect, it } from 'vitest';
import { rollback } from '../../actions/rollback.ts';
import { hidesAny, shownValue } from './shown-value.ts';
import { known } from './facts.ts';
import { patched } from './patched.ts';
import { aLive, changeOf, someFacts } from './testing/facts.ts';
import { undoByHand } from './undo-line.ts';
import { verdictOf } from './verdict.ts';

const env = '/spec/template/spec/containers/0/env';
const reference = { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'a' } } };
const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };

describe('what of a value is shown', () => {
  it('is no value of an environment variable, wherever the change begins', () => {
    expect(shownValue(`${env}/3/value`, 'hunter2')).toBe('(not shown)');
    expect(shownValue(env, [{ name: 'PASSWORD', value: 'hunter2' }, reference])).toEqual([
      { name: 'PASSWORD', value: '(not shown)' },
      reference,
    ]);
    const spec = { containers: [{ name: 'app', image: 'app:1', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] };
    expect(JSON.stringify(shownValue('/spec/template/spec', spec))).not.toContain('hunter2');
  });

  it('is everything else as it is', () => {
    const container = { name: 'app', image: 'app:1', env: [reference], args: ['--value', '3'] };
    expect(shownValue('/spec/template/spec/containers/0', container)).toEqual(container);
    expect(shownValue('/spec/replicas', 3)).toBe(3);
    expect(hidesAny('/spec/replicas', 3)).toBe(false);
    expect(hidesAny(env, [{ name: 'PASSWORD', value: 'hunter2' }])).toBe(true);
  });

  it('keeps the values out of the verdict, which names the field that changes', () => {
    const live = aLive();
    const value = [{ name: 'PASSWORD', value: 'hunter2' }];
    const after = patched(live.object, [{ op: 'add', path: env, value }]);
    const change = known({ ...changeOf(live), after });
    const { diff } = verdictOf(someFacts({ live: known(live), change, dryRun: known({ pending: 'later' }) }), []);
    expect(JSON.stringify(diff)).not.toContain('hunter2');
    const shown = diff.find((one) => one.path.endsWith('.env'));
    expect(shown?.after).toEqual([{ name: 'PASSWORD', value: '(not shown)' }]);
  });

  it('leaves the line by hand without it: the verb that needs no values is named instead', () => {
    const changes = [{ op: 'replace', path: `${env}/0/value`, value: 'hunter2' }] as const;
    const line = undoByHand(rollback, target, { tests: [], changes, touches: [env] });
    expect(line).toBe('kubectl -n shop rollout undo deployment/checkout');
  });
});
