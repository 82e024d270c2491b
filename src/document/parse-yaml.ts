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

/** What the YAML library has read. */
export interface ParsedYaml {
  /** The first document; undefined if the text is empty. */
  readonly document: Document.Parsed | undefined;
  readonly second: Document.Parsed | undefined;
  /** Without errors that only follow from others. */
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

/** After a mistake that ends the document early, or turns a mapping into a list, the parser reports each further line. */
function isNoFollowUp({ code, message }: YAMLError, index: number, all: readonly YAMLError[]): boolean {
  const isRepeated = code === 'MULTILINE_IMPLICIT_KEY' && all.findIndex(other => other.code === code) < index;
  return index === 0 || (!isRepeated && !message.includes('token in YAML stream'));
}
