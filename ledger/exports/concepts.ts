import type { CatalogEntry } from '../documents/catalog-entry.ts';
import { chinese, type GraphNode, ref, text } from './graph.ts';

type Labels<Code extends string | number> = Readonly<Record<Code, string>>;

/** Our closed lists as SKOS schemes, exact where European vocabularies are coarser. */
const SCHEMES = {
  'share-class': {
    title: '共享属性',
    labels: { UNCONDITIONAL: '无条件共享', CONDITIONAL: '有条件共享', DENIED: '不予共享' } satisfies Labels<
      CatalogEntry['shareClass']
    >,
  },
  'open-class': {
    title: '开放属性',
    labels: { NOT_OPEN: '不予开放', CONDITIONAL: '有条件开放', OPEN: '无条件开放' } satisfies Labels<
      CatalogEntry['openClass']
    >,
  },
  'law-class': {
    title: '数据分类分级',
    labels: { GENERAL: '一般数据', IMPORTANT: '重要数据' } satisfies Labels<CatalogEntry['lawClass']>,
  },
  level: { title: '安全级别', labels: { 1: '1级', 2: '2级', 3: '3级', 4: '4级' } satisfies Labels<number> },
  mode: {
    title: '共享方式',
    labels: {
      API_VERIFY: '接口核验',
      API_QUERY: '接口查询',
      BATCH: '批量交换',
      FILE: '文件下载',
    } satisfies Labels<CatalogEntry['modes'][number]>,
  },
  status: { title: '目录状态', labels: { submitted: '已报送', published: '已发布' } },
} as const;

export type Scheme = keyof typeof SCHEMES;

export function conceptIri(scheme: Scheme, code: string | number): string {
  return `urn:dxl:${scheme}:${String(code)}`;
}

export function labelOf(scheme: 'mode', code: CatalogEntry['modes'][number]): string {
  return SCHEMES[scheme].labels[code];
}

export const SCHEME_IRIS = [...Object.keys(SCHEMES), 'category'].map(schemeIri);

/** All schemes with all their concepts, and the scheme of categories without: those come with the entries. */
export function schemeNodes(): GraphNode[] {
  const nodes = Object.entries(SCHEMES).flatMap(([scheme, { title, labels }]) => [
    schemeNode(scheme, title),
    ...Object.entries(labels).map(([code, label]) =>
      conceptNode(`urn:dxl:${scheme}:${code}`, { scheme, code, label, broader: null }),
    ),
  ]);
  return [...nodes, schemeNode('category', '分类')];
}

/** 类/项/目/细目: a concept for each step, the last one being that of the entry. */
export function categoryNodes(category: readonly string[]): GraphNode[] {
  return category.map((label, depth) =>
    conceptNode(categoryIri(category.slice(0, depth + 1)), {
      scheme: 'category',
      code: null,
      label,
      broader: depth === 0 ? null : categoryIri(category.slice(0, depth)),
    }),
  );
}

export function categoryIri(category: readonly string[]): string {
  return `urn:dxl:category:${category.map(encodeURIComponent).join('/')}`;
}

function schemeIri(scheme: string): string {
  return `urn:dxl:scheme:${scheme}`;
}

function schemeNode(scheme: string, title: string): GraphNode {
  return { '@id': schemeIri(scheme), '@type': ['skos:ConceptScheme'], 'dct:title': chinese(title) };
}

interface Concept {
  readonly scheme: string;
  readonly code: string | null;
  readonly label: string;
  readonly broader: string | null;
}

function conceptNode(iri: string, { scheme, code, label, broader }: Concept): GraphNode {
  return {
    '@id': iri,
    '@type': ['skos:Concept'],
    'skos:prefLabel': chinese(label),
    'skos:notation': code === null ? [] : [text(code)],
    'skos:inScheme': ref(schemeIri(scheme)),
    'skos:broader': broader === null ? [] : [ref(broader)],
  };
}
