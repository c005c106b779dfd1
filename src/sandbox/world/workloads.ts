// The fixed world: twelve workloads in four namespaces, what each costs and whom it calls.
import type { LoadCurve } from '../workload/load-curve.ts';
import type { WorkloadModel } from '../workload/model.ts';

/** How a workload is deployed. */
export type Deployed = {
  readonly model: WorkloadModel;
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly replicas: number;
  /** Image tags in the order in which they were rolled out. */
  readonly tags: readonly string[];
  readonly cpu: { readonly request: string; readonly limit: string };
  readonly memory: { readonly request: string; readonly limit: string };
  /** Environment variables with literal values. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables read from keys of the ConfigMap `<name>-config`, with its data. */
  readonly config?: Readonly<Record<string, string>>;
  readonly budget?: { readonly minAvailable: number } | { readonly maxUnavailable: number };
};

export const namespaces = ['shop', 'pay', 'web', 'batch'] as const;
export const registry = 'registry.example';

const mebibyte = 2 ** 20;

function visitors(peakRps: number, swing = 0.12): LoadCurve {
  return { peakRps, swing, peakHourUtc: 20, weekend: 0.97 };
}

type Cost = {
  readonly visitors: LoadCurve | null;
  readonly calls?: WorkloadModel['calls'];
  readonly cpuMs: number;
  readonly idleCores: number;
  readonly p99Ms: number;
  readonly memoryMi: number;
};

function model(key: string, cost: Cost): WorkloadModel {
  return {
    key,
    visitors: cost.visitors,
    calls: cost.calls ?? [],
    cpuSecondsPerRequest: cost.cpuMs / 1000,
    idleCores: cost.idleCores,
    p99Seconds: cost.p99Ms / 1000,
    memoryBytes: cost.memoryMi * mebibyte,
    memoryBytesPerRps: 0.1 * mebibyte,
    receivedBytesPerRequest: 1_800,
    sentBytesPerRequest: 14_000,
  };
}

const addresses = {
  CATALOG_URL: 'http://catalog.shop:8080',
  REVIEWS_URL: 'http://reviews.shop:8080',
  CART_URL: 'http://cart.shop:8080',
  PAYMENTS_URL: 'http://payments.pay:8080',
  LEDGER_URL: 'http://ledger.pay:8080',
  FRAUD_URL: 'http://fraud.pay:8080',
  STOREFRONT_URL: 'http://storefront.web:8080',
  SEARCH_URL: 'http://search.web:8080',
} as const;

function env(...names: readonly (keyof typeof addresses)[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, addresses[name]]));
}

/** catalog runs at 47 % of its CPU with three replicas: twice the load fills it (p99 180 ms → about 900 ms), six replicas heal it. */
export const deployed: readonly Deployed[] = [
  {
    model: model('shop/catalog', {
      visitors: visitors(59.5, 0.06),
      cpuMs: 10,
      idleCores: 0.01,
      p99Ms: 154,
      memoryMi: 210,
    }),
    kind: 'Deployment',
    replicas: 3,
    tags: ['4.2.0'],
    cpu: { request: '250m', limit: '500m' },
    memory: { request: '256Mi', limit: '384Mi' },
    env: {},
    budget: { minAvailable: 2 },
  },
  {
    model: model('shop/checkout', {
      visitors: visitors(16),
      calls: [
        { env: 'PAYMENTS_URL', perRequest: 0.6 },
        { env: 'CART_URL', perRequest: 0.3 },
      ],
      cpuMs: 8,
      idleCores: 0.01,
      p99Ms: 120,
      memoryMi: 174,
    }),
    kind: 'Deployment',
    replicas: 2,
    tags: ['2.9.1'],
    cpu: { request: '150m', limit: '300m' },
    memory: { request: '192Mi', limit: '256Mi' },
    env: env('PAYMENTS_URL', 'CART_URL'),
  },
  {
    model: model('shop/reviews', { visitors: visitors(22), cpuMs: 6, idleCores: 0.01, p99Ms: 90, memoryMi: 150 }),
    kind: 'Deployment',
    replicas: 2,
    tags: ['3.0.4'],
    cpu: { request: '150m', limit: '300m' },
    memory: { request: '192Mi', limit: '256Mi' },
    env: {},
  },
  {
    model: model('shop/cart', { visitors: visitors(30), cpuMs: 5, idleCores: 0.01, p99Ms: 70, memoryMi: 140 }),
    kind: 'Deployment',
    replicas: 2,
    tags: ['1.7.5'],
    cpu: { request: '150m', limit: '300m' },
    memory: { request: '192Mi', limit: '256Mi' },
    env: {},
  },
  {
    model: model('pay/ledger', { visitors: visitors(14), cpuMs: 9, idleCores: 0.02, p99Ms: 110, memoryMi: 300 }),
    kind: 'StatefulSet',
    replicas: 3,
    tags: ['6.1.0'],
    cpu: { request: '250m', limit: '500m' },
    memory: { request: '384Mi', limit: '512Mi' },
    env: {},
    budget: { minAvailable: 2 },
  },
  {
    model: model('pay/payments', {
      visitors: visitors(15),
      calls: [
        { env: 'FRAUD_URL', perRequest: 0.5 },
        { env: 'LEDGER_URL', perRequest: 0.4 },
      ],
      cpuMs: 8,
      idleCores: 0.01,
      p99Ms: 130,
      memoryMi: 180,
    }),
    kind: 'Deployment',
    replicas: 2,
    tags: ['5.3.2'],
    cpu: { request: '200m', limit: '400m' },
    memory: { request: '224Mi', limit: '320Mi' },
    env: env('LEDGER_URL', 'FRAUD_URL'),
    budget: { maxUnavailable: 1 },
  },
  {
    model: model('pay/fraud', { visitors: visitors(10), cpuMs: 10, idleCores: 0.02, p99Ms: 80, memoryMi: 190 }),
    kind: 'Deployment',
    replicas: 2,
    tags: ['1.12.0'],
    cpu: { request: '200m', limit: '400m' },
    memory: { request: '256Mi', limit: '320Mi' },
    env: {},
  },
  {
    model: model('web/gateway', {
      visitors: visitors(40),
      calls: [
        { env: 'STOREFRONT_URL', perRequest: 0.3 },
        { env: 'SEARCH_URL', perRequest: 0.1 },
      ],
      cpuMs: 4,
      idleCores: 0.01,
      p99Ms: 60,
      memoryMi: 120,
    }),
    kind: 'Deployment',
    replicas: 2,
    tags: ['2.3.0', '2.3.1'],
    cpu: { request: '150m', limit: '300m' },
    memory: { request: '128Mi', limit: '256Mi' },
    env: env('STOREFRONT_URL', 'SEARCH_URL'),
    config: { ROUTES_SCHEMA: '1', ROUTES_SOURCE: 'static' },
  },
  {
    model: model('web/storefront', {
      visitors: visitors(12),
      calls: [
        { env: 'CATALOG_URL', perRequest: 0.2 },
        { env: 'REVIEWS_URL', perRequest: 0.2 },
        { env: 'CART_URL', perRequest: 0.2 },
      ],
      cpuMs: 9,
      idleCores: 0.01,
      p99Ms: 110,
      memoryMi: 160,
    }),
    kind: 'Deployment',
    replicas: 2,
    tags: ['8.0.3'],
    cpu: { request: '200m', limit: '400m' },
    memory: { request: '192Mi', limit: '256Mi' },
    env: env('CATALOG_URL', 'REVIEWS_URL', 'CART_URL'),
  },
  {
    model: model('web/search', {
      visitors: visitors(10),
      calls: [{ env: 'CATALOG_URL', perRequest: 0.3 }],
      cpuMs: 12,
      idleCores: 0.02,
      p99Ms: 140,
      memoryMi: 260,
    }),
    kind: 'Deployment',
    replicas: 2,
    tags: ['1.9.0'],
    cpu: { request: '200m', limit: '400m' },
    memory: { request: '320Mi', limit: '512Mi' },
    env: env('CATALOG_URL'),
  },
  {
    model: {
      ...model('batch/report-builder', { visitors: null, cpuMs: 0, idleCores: 0.25, p99Ms: 0, memoryMi: 300 }),
      nightly: { hourUtc: 22, factor: 6 },
    },
    kind: 'Deployment',
    replicas: 1,
    tags: ['0.14.0'],
    cpu: { request: '500m', limit: '2' },
    memory: { request: '512Mi', limit: '768Mi' },
    env: env('LEDGER_URL'),
  },
  {
    model: model('batch/mailer', { visitors: visitors(6), cpuMs: 5, idleCores: 0.01, p99Ms: 150, memoryMi: 90 }),
    kind: 'Deployment',
    replicas: 1,
    tags: ['3.3.0'],
    cpu: { request: '100m', limit: '200m' },
    memory: { request: '128Mi', limit: '192Mi' },
    env: {},
  },
];

/** Models that only faults and guests bring in: a workload that never starts, and plain images. */
const extraModels: readonly WorkloadModel[] = [
  model('shop/recommendations', { visitors: null, cpuMs: 6, idleCores: 0.01, p99Ms: 80, memoryMi: 120 }),
  model('batch/exporter', { visitors: null, cpuMs: 5, idleCores: 0.01, p99Ms: 60, memoryMi: 80 }),
  model('library/guest', { visitors: null, cpuMs: 1, idleCores: 0.005, p99Ms: 20, memoryMi: 24 }),
];

export const models: readonly WorkloadModel[] = [...deployed.map((one) => one.model), ...extraModels];
