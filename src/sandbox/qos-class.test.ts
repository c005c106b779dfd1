import { describe, expect, it } from 'vitest';
import { qosClass } from './qos-class.ts';

const both = { cpu: '1', memory: '64Mi' };

describe('quality of service', () => {
  it.each([
    ['BestEffort', [{}, { resources: {} }]],
    ['BestEffort', []],
    ['Burstable', [{ resources: { requests: { cpu: '100m' } } }]],
    ['Burstable', [{ resources: { limits: { memory: '64Mi' } } }]],
    ['Burstable', [{ resources: { limits: both, requests: { cpu: '500m', memory: '64Mi' } } }]],
    ['Burstable', [{ resources: { limits: both, requests: both } }, {}]],
    ['Guaranteed', [{ resources: { limits: both, requests: both } }]],
    ['Guaranteed', [{ resources: { limits: both } }]],
    ['Guaranteed', [{ resources: { limits: both, requests: { cpu: '1000m', memory: '65536Ki' } } }]],
  ])('is %s for %j', (expected, containers) => {
    expect(qosClass(containers)).toBe(expected);
  });
});
