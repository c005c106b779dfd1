// The JSON schema that is sent with a question, derived from the zod schema that looks at the answer: the shape alone, since servers differ in what else they take.
import { z } from 'zod';
import { isJsonObject, toJson, type Json, type JsonObject } from '../../model/json.ts';

/** Limits that some servers refuse; zod looks at them when the answer is there. */
const leftOut: ReadonlySet<string> = new Set([
  '$schema',
  'default',
  'format',
  'maxItems',
  'maxLength',
  'minItems',
  'minLength',
  'pattern',
  'propertyNames',
]);

/** Throws where zod cannot say a schema in JSON, which is a fault of the question. */
export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const bare = shapeOf(toJson(z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'throw' })));
  return isJsonObject(bare) ? bare : {};
}

function shapeOf(schema: Json): Json {
  if (!isJsonObject(schema)) return Array.isArray(schema) ? schema.map((one: Json) => shapeOf(one)) : schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]) => {
      // Names of properties are no keywords.
      if (name === 'properties' && isJsonObject(value))
        return [[name, Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]))]];
      return leftOut.has(name) ? [] : [[name, shapeOf(value)]];
    }),
  );
}
