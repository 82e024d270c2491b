import { expect, test } from 'vitest';
import { assertValidDiagnosis } from '../support/event-validator.ts';
import { sample } from '../support/sample-diagnosis.ts';

test('doctor.schema.json allows what the types do, and nothing else', () => {
  const document = JSON.parse(JSON.stringify({ format: 'tapbook-doctor/1', playbook: 'p.yml', plays: [sample] }));
  expect(() => assertValidDiagnosis(document)).not.toThrow();
  expect(() => assertValidDiagnosis({ ...document, more: 1 })).toThrow(/additional properties/);
  const [host] = sample.hosts;
  const odd = { ...host, findings: [{ check: 'x', status: 'fine', found: '' }] };
  expect(() => assertValidDiagnosis({ ...document, plays: [{ name: 'p', hosts: [odd] }] })).toThrow(/allowed values/);
});
