import { describe, expect, it } from 'vitest';
import { aContainer } from '../../../../test/builders/view.ts';
import type { Container, PodTemplate } from '../../../model/kube.ts';
import { configMapsOf, templateDiff } from './template-diff.ts';

const template = (over: Partial<Container> = {}, more: Partial<PodTemplate> = {}): PodTemplate => ({
  spec: { containers: [aContainer(over)] },
  ...more,
});
const variable = (value: string): Partial<Container> => ({ env: [{ name: 'DB_PASSWORD', value }] });

describe('what a rollout changed', () => {
  it('is nothing where the templates say the same', () => {
    expect(templateDiff(template(), template())).toEqual([]);
  });

  it.each<[string, Partial<Container>, Partial<Container>]>([
    ['image of app 1.7.5 → 1.8.0', {}, { image: 'registry.example/shop/cart:1.8.0' }],
    ['image of app registry.example/shop/cart:1.7.5 → other.example/cart:1', {}, { image: 'other.example/cart:1' }],
    ['image of app latest → 2', { image: 'host:5000/cart' }, { image: 'host:5000/cart:2' }],
    [
      'memory limit of app 256Mi → 128Mi',
      {},
      { resources: { requests: { cpu: '150m', memory: '192Mi' }, limits: { cpu: '300m', memory: '128Mi' } } },
    ],
    [
      'cpu limit of app 300m → none',
      {},
      { resources: { requests: { cpu: '150m', memory: '192Mi' }, limits: { memory: '256Mi' } } },
    ],
    ['command of app changed', {}, { args: ['--slow'] }],
    ['liveness probe of app changed', {}, { livenessProbe: { tcpSocket: { port: 1 } } }],
    ['ports of app changed', {}, { ports: [] }],
    ['variable DB_PASSWORD of app added', {}, variable('a')],
    ['variable DB_PASSWORD of app removed', variable('a'), {}],
    ['ConfigMap settings is read now', {}, { envFrom: [{ configMapRef: { name: 'settings' } }] }],
    ['Secret keys is read no more', { envFrom: [{ secretRef: { name: 'keys' } }] }, {}],
    ['container other added', {}, { name: 'other' }],
  ])('tells %s', (words, before, after) => {
    expect(templateDiff(template(before), template(after))[0]).toBe(words);
  });

  it('names a changed variable and never shows its value', () => {
    const told = templateDiff(template(variable('hunter1')), template(variable('hunter2')));
    expect(told).toEqual(['variable DB_PASSWORD of app changed']);
  });

  it('reads a hash among the annotations as a changed configuration', () => {
    const hashed = (hash: string): PodTemplate =>
      template({}, { metadata: { annotations: { 'checksum/config': hash } } });
    expect(templateDiff(hashed('a'), hashed('b'))).toEqual(['configuration changed (checksum/config)']);
    const again = template({}, { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } });
    expect(templateDiff(template(), again)).toEqual(['restarted by hand']);
  });

  it('tells a changed placement', () => {
    const placed = template();
    const moved = { ...placed, spec: { containers: [aContainer()], nodeSelector: { disk: 'fast' } } };
    expect(templateDiff(placed, moved)).toEqual(['placement changed']);
  });

  it('keeps what others wrote on one line, and tells eight things at most', () => {
    const many = template({
      env: Array.from({ length: 20 }, (_, index) => ({ name: `V${index}\n\u001b[31m`, value: 'x' })),
    });
    const told = templateDiff(template(), many);
    expect(told).toHaveLength(8);
    expect(told.join('')).not.toMatch(/\p{Cc}/u);
  });
});

describe('ConfigMaps of a template', () => {
  it('are those of volumes and environment, each once', () => {
    const container = aContainer({
      env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'two', key: 'a' } } }],
      envFrom: [{ configMapRef: { name: 'one' } }, { configMapRef: { name: 'two' } }],
    });
    const spec = { containers: [container], volumes: [{ name: 'v', configMap: { name: 'three' } }, { name: 'w' }] };
    expect(configMapsOf({ spec })).toEqual(['one', 'three', 'two']);
  });
});
