import { describe, expect, it } from 'vitest';
import { deployment } from '../../../../test/builders/signals.ts';
import { aDeployment, aView } from '../../../../test/builders/view.ts';
import type { DeclaredSlo } from '../../../model/slo.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { LaneProblem } from './lane.ts';
import { createSloDeclarations } from './slo-declarations.ts';

const annotated = (text: string, name = 'cart') => ({
  ...aDeployment({ name }),
  metadata: { ...aDeployment({ name }).metadata, annotations: { 'nemotron-advisor.dev/slo': text } },
});
const fromFile = (name: string, objective: number, of = deployment()): DeclaredSlo => ({
  name,
  signal: 'sli.err',
  objective,
  thresholdS: null,
  days: 30,
  of,
  from: 'slo.yaml:3',
});

function declarations(file: readonly DeclaredSlo[] = []) {
  const told: LaneProblem[] = [];
  const made = createSloDeclarations(file, (problem) => told.push(problem));
  return { told, current: (view: ClusterView) => made.current(view), problems: () => made.problems() };
}

describe('declared objectives that count', () => {
  it('are read from the annotation of a workload', () => {
    const { current, told } = declarations();
    const view = aView({
      Deployment: [annotated('availability=99.9/30d; latency=99@300ms/30d'), aDeployment({ name: 'other' })],
    });
    expect(current(view).map((one) => [one.of.name, one.name])).toEqual([
      ['cart', 'availability'],
      ['cart', 'latency@300ms'],
    ]);
    expect(told).toEqual([]);
  });

  it('are those of the file where both declare the same', () => {
    const { current } = declarations([fromFile('availability', 0.99)]);
    const view = aView({ Deployment: [annotated('availability=99.9/30d; latency=99@300ms/30d')] });
    expect(current(view).map((one) => [one.name, one.objective, one.from])).toEqual([
      ['availability', 0.99, 'slo.yaml:3'],
      ['latency@300ms', 0.99, 'annotation nemotron-advisor.dev/slo'],
    ]);
  });

  it('are none where the annotation is wrong, which is told once for each text', () => {
    const { current, told } = declarations();
    const wrong = aView({ Deployment: [annotated('99.9% of requests')] });
    expect([...current(wrong), ...current(wrong)]).toEqual([]);
    expect(told).toHaveLength(1);
    expect(told[0]?.why).toMatch(/^its annotation nemotron-advisor\.dev\/slo: .*write availability=99\.9\/30d/);
    current(aView({ Deployment: [annotated('latency=99/30d')] }));
    expect(told).toHaveLength(2);
  });

  it('follow a corrected annotation', () => {
    const { current } = declarations();
    expect(current(aView({ Deployment: [annotated('nonsense')] }))).toEqual([]);
    expect(current(aView({ Deployment: [annotated('availability=99/7d')] }))).toHaveLength(1);
    expect(current(aView({ Deployment: [aDeployment({ name: 'cart' })] }))).toEqual([]);
  });

  it('wait for a workload that the file names and the cluster has not, and say so once', () => {
    const { current, told } = declarations([fromFile('availability', 0.99, deployment('absent'))]);
    const view = aView({ Deployment: [aDeployment({ name: 'cart' })] });
    expect([...current(view), ...current(view)]).toEqual([]);
    expect(told.map((one) => one.what)).toEqual(['the objectives of shop/deploy/absent are not watched']);
    expect(current(aView({ Deployment: [aDeployment({ name: 'absent' })] }))).toHaveLength(1);
  });

  it('keep what is wrong until it is right', () => {
    const { current, problems } = declarations([fromFile('availability', 0.99, deployment('absent'))]);
    current(aView({ Deployment: [annotated('nonsense')] }));
    expect(problems().map((one) => one.what)).toEqual([
      'the objectives of shop/deploy/cart are not watched',
      'the objectives of shop/deploy/absent are not watched',
    ]);
    current(aView({ Deployment: [annotated('availability=99/7d'), aDeployment({ name: 'absent' })] }));
    expect(problems()).toEqual([]);
    current(aView({ Deployment: [annotated('nonsense'), aDeployment({ name: 'absent' })] }));
    current(aView({ Deployment: [aDeployment({ name: 'absent' })] }));
    expect(problems()).toEqual([]);
  });
});
