import type { SeededPicks } from './random.ts';

/** Names that break careless masking; they come first in the sample so that a short read shows them. */
export const TELLING_NAMES = [
  '张三',
  '王小明',
  '欧阳娜娜', // compound surname
  '司马相',
  '诸葛亮亮',
  '𠮷田花', // outside the BMP: two UTF-16 units, one character
  '王𬱖', // the same in the given name
  '阿依古丽·买买提', // transcribed name with a dot
  '迪丽努尔·吐尔逊江',
  '尉迟敬',
  '牛', // a single character
] as const;

const SURNAMES = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '赵',
  '黄',
  '周',
  '吴',
  '徐',
  '孙',
  '欧阳',
  '上官',
  '令狐',
] as const;
const GIVEN_NAMES = [
  '伟',
  '芳',
  '秀英',
  '娜',
  '敏',
  '静',
  '丽丽',
  '强',
  '磊',
  '洋',
  '婷婷',
  '建国',
  '志远',
  '𬍛',
] as const;

/** An invented name. */
export function sampleName(index: number, picks: SeededPicks): string {
  return TELLING_NAMES[index] ?? picks.pick(SURNAMES) + picks.pick(GIVEN_NAMES);
}
