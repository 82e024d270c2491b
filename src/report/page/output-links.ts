import type { HostName } from '../../model/ids.ts';
import type { ShownOutput } from '../../model/shown-output.ts';
import { type Html, html } from './html.ts';

/** Leads from a host's name to what it printed. */
export type OutputLinks = ReadonlyMap<HostName, string>;

export function linkOutputs(outputs: readonly ShownOutput[]): OutputLinks {
  return new Map(outputs.flatMap(({ hosts }, index) => hosts.map(host => [host, outputId(index)] as const)));
}

/** Of the element within the folded part: browsers unfold what a link leads into. */
export function outputId(index: number): string {
  return `output-${index + 1}`;
}

export function linkHost(host: HostName, links: OutputLinks): Html {
  const id = links.get(host);
  return id === undefined ? html`${host}` : html`<a href="#${id}">${host}</a>`;
}
