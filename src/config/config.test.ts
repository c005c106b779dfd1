import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../model/failure.ts';
import { readConfig } from './config.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'advisor-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const problemOf = (run: () => unknown): Failure['problem'] => {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('configuration', () => {
  it('takes a flag before the environment, the environment before .env, .env before the file', () => {
    writeFileSync(
      join(folder, '.env'),
      'PROMETHEUS_URL=http://dotenv:9090\nNEMOTRON_API_KEY=from-dotenv\nADVISOR_MODE=observe\n',
    );
    writeFileSync(join(folder, 'config.yaml'), 'prometheusUrl: http://file:9090\nlisten: 127.0.0.1:9999\n');
    const env = { ADVISOR_CONFIG: join(folder, 'config.yaml'), NEMOTRON_API_KEY: 'from-env', ADVISOR_MODE: 'approve' };
    const config = readConfig({ flags: { mode: 'auto' }, env, folder });
    expect(config.mode).toBe('auto');
    expect(config.modeSource).toBe('flag');
    expect(config.nemotronApiKey).toBe('from-env');
    expect(config.prometheusUrl).toBe('http://dotenv:9090');
    expect(config.listen).toBe('127.0.0.1:9999');
  });

  it('starts in mode suggest and on loopback when nothing is said', () => {
    const config = readConfig({ flags: {}, env: { XDG_CONFIG_HOME: folder }, folder });
    expect(config.mode).toBe('suggest');
    expect(config.listen).toBe('127.0.0.1:7575');
    expect(config.readLogs).toBe(false);
  });

  it('takes NVIDIA_API_KEY when NEMOTRON_API_KEY is absent', () => {
    expect(
      readConfig({ flags: {}, env: { XDG_CONFIG_HOME: folder, NVIDIA_API_KEY: 'nv' }, folder }).nemotronApiKey,
    ).toBe('nv');
  });

  it('refuses to listen on an address that others can reach', () => {
    const problem = problemOf(() =>
      readConfig({ flags: { listen: '0.0.0.0:7575' }, env: { XDG_CONFIG_HOME: folder }, folder }),
    );
    expect(problem.code).toBe('config-invalid');
    expect(problem.why).toContain('loopback');
    expect(problem.exitCode).toBe(2);
  });

  it('names the line of malformed YAML', () => {
    writeFileSync(join(folder, 'config.yaml'), 'mode: suggest\nlisten: "127.0.0.1:1\n');
    const problem = problemOf(() =>
      readConfig({ flags: {}, env: { ADVISOR_CONFIG: join(folder, 'config.yaml') }, folder }),
    );
    expect(problem.code).toBe('config-malformed');
    expect(problem.why).toMatch(/line \d/);
  });

  it('refuses a key that it does not know', () => {
    writeFileSync(join(folder, 'config.yaml'), 'modus: suggest\n');
    expect(
      problemOf(() => readConfig({ flags: {}, env: { ADVISOR_CONFIG: join(folder, 'config.yaml') }, folder })).why,
    ).toContain('modus');
  });

  it('names the source of a bad value and never shows the value', () => {
    const problem = problemOf(() =>
      readConfig({ flags: {}, env: { XDG_CONFIG_HOME: folder, PROMETHEUS_URL: 'ftp://secret@host' }, folder }),
    );
    expect(problem.what).toContain('environment PROMETHEUS_URL');
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});
