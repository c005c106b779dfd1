import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { behavioursPage, contractGroups, groupsIn } from './behaviours.ts';

describe('the page of API behaviours', () => {
  it('lists what the contract covers today', () => {
    expect(readFileSync('docs/api-behaviours.md', 'utf8')).toBe(behavioursPage());
  });

  it('names each behaviour of a group once, and no group without any', () => {
    const groups = contractGroups();
    expect(groups.length).toBeGreaterThan(15);
    expect(groups.filter(({ behaviours }) => behaviours.length === 0)).toEqual([]);
    expect(groups.filter(({ behaviours }) => new Set(behaviours).size < behaviours.length)).toEqual([]);
  });

  it('reads names in any quotes, and none of a call that is no test', () => {
    const text = `describe('a', () => {\n  it('b "c"', () => undefined);\n  it("d's", () => undefined);\n  submit('x', 1);\n});`;
    expect(groupsIn(text)).toEqual([{ name: 'a', behaviours: ['b "c"', "d's"] }]);
  });
});
