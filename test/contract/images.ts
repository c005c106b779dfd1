// The images that the kubelets behind every subject know, and how large their processes grow.
import { type ImageProfile, plainImage, type WorkloadModel } from '../../src/sandbox/workload/model.ts';

export const webImage = 'registry.example/contract/web:1';
export const newWebImage = 'registry.example/contract/web:2';
/** Ends with status 3 a moment after its start. */
export const crashingImage = 'registry.example/contract/crash:1';
/** Needs 64 MiB. */
export const hungryImage = 'registry.example/contract/hungry:1';
export const absentImage = 'registry.example/contract/web:typo';

const mebibyte = 2 ** 20;
const quiet: Omit<WorkloadModel, 'key' | 'memoryBytes'> = {
  visitors: null,
  calls: [],
  cpuSecondsPerRequest: 0,
  idleCores: 0.001,
  p99Seconds: 0.01,
  memoryBytesPerRps: 0,
  receivedBytesPerRequest: 0,
  sentBytesPerRequest: 0,
};

export const contractModels: readonly WorkloadModel[] = [
  { ...quiet, key: 'contract/web', memoryBytes: 8 * mebibyte },
  { ...quiet, key: 'contract/hungry', memoryBytes: 64 * mebibyte },
];

export const contractImages: readonly ImageProfile[] = [
  { ...plainImage(webImage, 'contract/web', [8080]), startLines: ['reading configuration', 'listening on :8080'] },
  plainImage(newWebImage, 'contract/web', [8080]),
  plainImage(hungryImage, 'contract/hungry', [8080]),
  {
    ...plainImage(crashingImage, 'contract/web', []),
    startLines: ['starting'],
    exits: { afterMs: 1_000, code: 3, line: 'FATAL no route to database' },
  },
];
