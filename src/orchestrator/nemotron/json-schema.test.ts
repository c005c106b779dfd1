import { expect, it } from 'vitest';
import { z } from 'zod';
import { planAnswer } from './answer.ts';
import { jsonSchemaOf } from './json-schema.ts';

it('says the shape of what is read, without limits that servers differ in', () => {
  const schema = z.strictObject({
    id: z.string().min(1).max(9),
    format: z.array(z.number()).max(3).default([]),
  });
  expect(jsonSchemaOf(schema)).toEqual({
    type: 'object',
    properties: { id: { type: 'string' }, format: { type: 'array', items: { type: 'number' } } },
    required: ['id'],
    additionalProperties: false,
  });
});

it('says what is to be written, not what is made of it', () => {
  const sent = jsonSchemaOf(planAnswer());
  expect(sent['properties']).toHaveProperty('picks');
  expect(sent['properties']).not.toHaveProperty('kind');
});
