import { printableText } from '../../model/printable-text.ts';

/** Markup for a page. Only `html` makes it, so that no text from elsewhere is ever taken for markup. */
export class Html {
  readonly markup: string;
  private constructor(markup: string) {
    this.markup = markup;
  }
  static join(parts: readonly string[], values: readonly HtmlValue[]): Html {
    return new Html(parts.map((part, index) => part + render(values[index])).join(''));
  }
  /** Our own scripts and styles, which are no text of anybody else. */
  static trusted(text: string): Html {
    return new Html(text);
  }
}

export type HtmlValue = string | number | Html | undefined | readonly HtmlValue[];

/**
 * A piece of a page. What is filled in is text, wherever it comes from: escaped for elements and quoted attributes alike, without the
 * control sequences of terminals and what is invisible by design. Lists are joined, undefined is nothing.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.join(parts, values);
}

function render(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(render).join('');
  return escapeHtml(typeof value === 'number' ? String(value) : value.split('\n').map(printableText).join('\n'));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => escapes[character] ?? '');
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Data for the page's own script, as JSON that cannot end its element, whatever it holds. */
export function embedJson(id: string, data: unknown): Html {
  const json = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, character => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return html`<script type="application/json" id="${id}">${Html.trusted(json)}</script>`;
}
