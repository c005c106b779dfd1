// APP-006: twice the visitors arrive at catalog and its CPU is full; nothing else changed.
import { deployment, type Fault, keyOf } from './fault.ts';

const target = deployment('shop', 'catalog');

/** Visitors are 87 % of its load, callers the rest: this factor doubles the whole. */
const visitorFactor = 2.15;

export const trafficSurge: Fault = {
  code: 'APP-006',
  name: 'traffic-surge',
  target,
  expected: {
    cause: { code: 'APP-006', name: 'traffic_surge_legitimate' },
    root: target,
    action: 'scale',
    ending: 'effective',
    victims: [deployment('web', 'storefront'), deployment('web', 'search')],
  },
  async inject({ physics }) {
    physics.setLoadFactor(keyOf(target), visitorFactor);
  },
  async heal({ physics }) {
    physics.setLoadFactor(keyOf(target), null);
  },
};
