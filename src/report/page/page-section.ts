import type { Html } from './html.ts';

/** A part of the page under a heading, that the page's navigation leads to. */
export interface PageSection {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}
