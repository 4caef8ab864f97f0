import type { JsonObject, JsonValue } from './strict-json.ts';

/** Whether JSON is an object; a list is none. */
export function isObject(value: JsonValue): value is JsonObject;
export function isObject(value: unknown): value is Readonly<Record<string, unknown>>;
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
