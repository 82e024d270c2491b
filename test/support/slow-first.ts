import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What begins first: of the lab, the file that needs an empty cache; of the others, what takes longest by the times that `npm test`
 * prints, so that no worker is left alone with it at the end.
 */
const first = [
  'lab/apply',
  'program/saved-plans',
  'faults/fault-matrix',
  'program/late-hosts',
  'transport/become/become-real',
  'program/completion',
  'program/refs',
  'program/history-crash',
  'engine/supervisor/supervisor-lock',
  'program/interrupts',
];

export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = first.findIndex(path => moduleId.endsWith(`/test/${path}.test.ts`));
      return index === -1 ? first.length : index;
    };
    return (await super.sort(files)).toSorted((left, right) => rank(left) - rank(right));
  }
}
