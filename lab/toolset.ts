// Says which programs the lab is made of, from which Go modules they are built and with which flags.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../src/model/json.ts';

export const binaryNames = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'prometheus',
  'promtool',
] as const;
export type BinaryName = (typeof binaryNames)[number];

export type ToolModule = {
  readonly name: string;
  /** Folder with go.mod and go.sum. */
  readonly folder: string;
  readonly version: string;
  readonly programs: readonly { readonly binary: BinaryName; readonly packagePath: string }[];
  readonly flags: readonly string[];
  /** How long a build from an empty Go cache takes on two cores, in minutes; said to the person who waits. */
  readonly coldMinutes: number;
};

const here = import.meta.dirname;
const kubernetesVersion = 'v1.37.2';
const buildInfo = 'k8s.io/component-base/version';

/** The modules in build order: the small one first, so that a broken Go shows early. */
export const toolModules: readonly ToolModule[] = [
  {
    name: 'etcd',
    folder: join(here, 'tools/etcd'),
    version: requiredVersion('etcd', 'go.etcd.io/etcd/server/v3'),
    programs: [{ binary: 'etcd', packagePath: 'go.etcd.io/etcd/server/v3' }],
    flags: ['-ldflags', '-s -w'],
    coldMinutes: 1,
  },
  {
    name: 'kubernetes',
    folder: join(here, 'tools/kubernetes'),
    version: kubernetesVersion,
    programs: (['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const).map((binary) => ({
      binary,
      packagePath: `k8s.io/kubernetes/cmd/${binary}`,
    })),
    flags: [
      '-ldflags',
      [
        '-s -w',
        `-X ${buildInfo}.gitVersion=${kubernetesVersion}`,
        `-X ${buildInfo}.gitMajor=1`,
        `-X ${buildInfo}.gitMinor=37`,
        `-X ${buildInfo}.gitTreeState=clean`,
        `-X k8s.io/client-go/pkg/version.gitVersion=${kubernetesVersion}`,
      ].join(' '),
    ],
    coldMinutes: 6,
  },
  {
    name: 'prometheus',
    folder: join(here, 'tools/prometheus'),
    version: requiredVersion('prometheus', 'github.com/prometheus/prometheus'),
    programs: (['prometheus', 'promtool'] as const).map((binary) => ({
      binary,
      packagePath: `github.com/prometheus/prometheus/cmd/${binary}`,
    })),
    // Only file and HTTP discovery: the cloud SDKs would double the build, and the web page is not in the module.
    flags: ['-tags', 'remove_all_sd', '-ldflags', '-s -w -X github.com/prometheus/common/version.Version=3.16.0'],
    coldMinutes: 3,
  },
];

/** Name of a module's folder in the cache: changes with its version, its flags and every line of go.mod and go.sum. */
export function cacheKey(module: ToolModule): string {
  const sources = ['go.mod', 'go.sum'].map((file) => readFileSync(join(module.folder, file), 'utf8'));
  const digest = sha256([...sources, ...module.flags, process.platform, process.arch].join('\0'));
  return `${module.name}-${module.version}-${digest.slice(0, 12)}`;
}

function requiredVersion(tool: string, modulePath: string): string {
  const text = readFileSync(join(here, 'tools', tool, 'go.mod'), 'utf8');
  const found = text.split('\n').find((line) => line.includes(`${modulePath} v`));
  const version = found
    ?.trim()
    .split(' ')
    .find((word) => /^v\d/.test(word));
  if (version === undefined) throw new Error(`lab/tools/${tool}/go.mod requires no ${modulePath}`);
  return version;
}
