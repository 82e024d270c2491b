import {
  type Document,
  type DocumentOptions,
  type ParseOptions,
  parseAllDocuments,
  type SchemaOptions,
  type YAMLError,
} from 'yaml';
import { ansibleScalars } from './ansible-scalars.ts';

/** `playbook`: YAML 1.2, where `on` is a text. `inventory`: as Ansible reads it, where `on` is true and 010 is 8. */
export type Dialect = 'playbook' | 'inventory';

/** What the library makes of a text. */
export interface ParsedYaml {
  /** The first; undefined where the text holds nothing at all. */
  readonly document: Document.Parsed | undefined;
  readonly second: Document.Parsed | undefined;
  /** Without those that only follow from another one. */
  readonly problems: readonly YAMLError[];
}

export function parseYaml(text: string, dialect: Dialect): ParsedYaml {
  const documents = parseAllDocuments(text, options[dialect]) as readonly Document.Parsed[];
  const [document, second] = documents;
  // An unknown tag is only a warning to the library; its value would not be what was meant.
  const problems = documents.flatMap(one => [...one.errors, ...one.warnings]).filter(isNoFollowUp);
  return { document, second, problems };
}

const common = { stringKeys: true, merge: true, prettyErrors: false } as const;

const options: Readonly<Record<Dialect, ParseOptions & DocumentOptions & SchemaOptions>> = {
  playbook: { ...common, version: '1.2', schema: 'core' },
  inventory: { ...common, version: '1.1', schema: 'failsafe', customTags: ansibleScalars },
};

/** Where one slip has ended the document early, or a mapping has turned into a list, each line to come is an error too. */
function isNoFollowUp({ code, message }: YAMLError, index: number, all: readonly YAMLError[]): boolean {
  const isRepeated = code === 'MULTILINE_IMPLICIT_KEY' && all.findIndex(other => other.code === code) < index;
  return index === 0 || (!isRepeated && !message.includes('token in YAML stream'));
}
