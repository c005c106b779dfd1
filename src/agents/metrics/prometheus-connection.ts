// How the configured Prometheus is reached: address, credentials, tenant, TLS files, and the labels that only this cluster's series have.
import type { LabelMatch } from './measure.ts';
import type { PrometheusConnection } from './prometheus-client.ts';

/** The keys of the configuration that say it. */
export type PrometheusKeys = {
  readonly prometheusUrl?: string | undefined;
  readonly prometheusToken?: string | undefined;
  readonly prometheusTokenFile?: string | undefined;
  readonly prometheusTenant?: string | undefined;
  readonly prometheusCaFile?: string | undefined;
  readonly prometheusCertFile?: string | undefined;
  readonly prometheusKeyFile?: string | undefined;
  readonly prometheusSelector?: string | undefined;
};

/** Null when no address is configured. A token that is named directly goes before one in a file. */
export function prometheusConnection(keys: PrometheusKeys): PrometheusConnection | null {
  const { prometheusUrl: url, prometheusToken: token, prometheusTokenFile: tokenFile } = keys;
  if (url === undefined) return null;
  return {
    url,
    ...(token === undefined ? (tokenFile === undefined ? {} : { tokenFile }) : { token }),
    ...(keys.prometheusTenant === undefined ? {} : { tenant: keys.prometheusTenant }),
    ...(keys.prometheusCaFile === undefined ? {} : { caFile: keys.prometheusCaFile }),
    ...(keys.prometheusCertFile === undefined ? {} : { certFile: keys.prometheusCertFile }),
    ...(keys.prometheusKeyFile === undefined ? {} : { keyFile: keys.prometheusKeyFile }),
    ...(keys.prometheusSelector === undefined ? {} : { selector: matchesIn(keys.prometheusSelector) }),
  };
}

/** `cluster="prod", env=~"a|b"`. */
function matchesIn(text: string): readonly LabelMatch[] {
  return [...text.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].map(([, label = '', op, value = '']) => ({
    label,
    op: op === '=~' ? '=~' : '=',
    value,
  }));
}
