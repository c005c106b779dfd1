import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { httpPage, httpRoutes } from '../../scripts/http-page.ts';
import { referencePages } from '../../scripts/reference-pages.ts';

const pages = referencePages();

describe('the generated reference', () => {
  it.each(pages)('%s is what the code says today', (name, text) => {
    expect(readFileSync(`docs/reference/${name}`, 'utf8'), 'run: npm run reference').toBe(text);
  });

  it('holds no page that nothing generates any more', () => {
    expect(readdirSync('docs/reference').filter((name) => !pages.some(([known]) => known === name))).toEqual([]);
  });

  it.each(pages)('%s has no table without rows, and no cell that a value was lost from', (_name, text) => {
    expect(text).not.toMatch(/\| --- \|\n(?!\|)/);
    expect(text).not.toMatch(/undefined|\[object|NaN/);
  });

  it('says of each exit code and of each route what it means', () => {
    const codes = pages.find(([name]) => name === 'exit-codes.md')?.[1] ?? '';
    expect(codes).not.toMatch(/\| +\|\n/);
    expect(httpPage()).not.toMatch(/\| +\|\n/);
  });

  it('lists the routes that decide and stop, with what they take', () => {
    expect(httpRoutes()).toContainEqual({ name: 'PUT /api/v1/switch', query: [], body: ['stopped', 'reason'] });
    expect(httpRoutes().find((one) => one.name === 'POST /api/v1/approvals/:id/decision')?.body).toContain('digest');
  });
});
