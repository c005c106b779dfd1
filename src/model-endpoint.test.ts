import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, type Config } from './config/config.ts';
import { modelEndpointOf } from './model-endpoint.ts';

const configOf = (env: Readonly<Record<string, string>>): Config =>
  readConfig({ flags: {}, env: { ADVISOR_CONFIG: undefined, ...env }, folder: import.meta.dirname });

describe('the model endpoint', () => {
  it('is none without a key', () => {
    expect(modelEndpointOf(configOf({}))).toBeNull();
  });

  it('is the hosted one, reached straight, where nothing else is set', () => {
    expect(modelEndpointOf(configOf({ NVIDIA_API_KEY: 'k' }))).toEqual({
      apiKey: 'k',
      keyName: 'NVIDIA_API_KEY',
      baseUrl: 'https://integrate.api.nvidia.com/v1',
      route: {},
    });
  });

  it.each([
    ['HTTPS_PROXY', 'https://models.corp.example/v1', 'http://proxy.example:3128'],
    ['https_proxy', 'https://models.corp.example/v1', 'http://proxy.example:3128'],
    ['HTTPS_PROXY', 'http://nim.models.svc:8000/v1', undefined],
    ['NEMOTRON_PROXY', 'http://nim.models.svc:8000/v1', 'http://proxy.example:3128'],
  ])('takes %s for %s', (name, baseUrl, proxy) => {
    const env = { NEMOTRON_API_KEY: 'k', NEMOTRON_BASE_URL: baseUrl, [name]: 'http://proxy.example:3128' };
    expect(modelEndpointOf(configOf(env))?.route.proxy).toBe(proxy);
  });

  it('takes a proxy without a scheme as curl does, and refuses one that is none', () => {
    const env = { NEMOTRON_API_KEY: 'k', NEMOTRON_PROXY: 'proxy.example:3128' };
    expect(modelEndpointOf(configOf(env))?.route.proxy).toBe('http://proxy.example:3128');
    expect(() => modelEndpointOf(configOf({ ...env, NEMOTRON_PROXY: 'socks5://proxy.example:1' }))).toThrow(
      'the proxy of the model endpoint cannot be used',
    );
    expect(modelEndpointOf(configOf({ NEMOTRON_PROXY: 'socks5://proxy.example:1' }))).toBeNull();
  });

  it('knows the hosts that need no proxy', () => {
    const env = { NEMOTRON_API_KEY: 'k', HTTPS_PROXY: 'http://p:1', NO_PROXY: '.svc,10.0.0.1' };
    expect(modelEndpointOf(configOf(env))?.route).toEqual({ proxy: 'http://p:1', noProxy: '.svc,10.0.0.1' });
  });

  describe('with a certificate authority of its own', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'ca-'));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it('reads it', () => {
      const file = join(folder, 'ca.pem');
      writeFileSync(file, 'PEM');
      expect(modelEndpointOf(configOf({ NEMOTRON_API_KEY: 'k', NEMOTRON_CA_FILE: file }))?.route.ca).toBe('PEM');
    });

    it('fails by name where it cannot be read', () => {
      const file = join(folder, 'none.pem');
      expect(() => modelEndpointOf(configOf({ NEMOTRON_API_KEY: 'k', NEMOTRON_CA_FILE: file }))).toThrow(
        `the certificate authority ${file} cannot be read`,
      );
    });
  });
});
