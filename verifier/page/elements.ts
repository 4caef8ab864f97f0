/** Names in both languages of the page, as the tables of the verifier have them. */
export interface Titled {
  readonly title: string;
  readonly titleZh: string;
}

type Child = Node | string;

/** An element with text and elements in it. Text from files is only ever text: it is never parsed as HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

/** Both languages side by side. */
export function bilingual({ title, titleZh }: Titled): DocumentFragment {
  const both = document.createDocumentFragment();
  both.append(inLanguage('en', title), ' ', inLanguage('zh', titleZh));
  return both;
}

function inLanguage(language: 'en' | 'zh', text: string): HTMLSpanElement {
  const span = element('span', text);
  span.lang = language;
  return span;
}

/** A table with a heading for each column. */
export function table(headings: readonly Titled[], rows: readonly (readonly Child[])[]): HTMLTableElement {
  const cells = headings.map((heading) => {
    const cell = element('th', bilingual(heading));
    cell.scope = 'col';
    return cell;
  });
  const body = rows.map((row) => element('tr', ...row.map((child) => element('td', child))));
  return element('table', element('thead', element('tr', ...cells)), element('tbody', ...body));
}

/** The element of the page with this id, which is of this kind. */
export function find<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`The page has no ${kind.name} ${id}`);
}
