import type { DiagnosisDocument, PlayDiagnosis } from '../../model/diagnosis.ts';
import { optional } from '../../model/optional.ts';
import { toJsonLine } from '../layout/json-line.ts';
import { formatDiagnosisAsJunit } from './doctor-junit.ts';
import { type DoctorTableOptions, formatDiagnosis } from './doctor-table.ts';

interface DoctorTextOptions extends DoctorTableOptions {
  /** None, where the hosts of an inventory were examined. */
  readonly playbook?: string;
}

/** What `tapbook doctor` prints: a table for each play, or one document. */
export function formatDiagnoses(
  plays: readonly PlayDiagnosis[],
  format: 'text' | 'json' | 'junit',
  { playbook, ...table }: DoctorTextOptions,
): string {
  switch (format) {
    case 'json': {
      const document: DiagnosisDocument = { format: 'tapbook-doctor/1', ...optional('playbook', playbook), plays };
      return toJsonLine(document);
    }
    case 'junit':
      return formatDiagnosisAsJunit(plays);
    case 'text':
      return plays.map(play => formatDiagnosis(play, table)).join('\n');
    default:
      return format satisfies never;
  }
}
