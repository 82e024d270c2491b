import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/**
 * A reporter of vitest that writes what each test file took and came to, and what failed (or passed when it was tried again) with the
 * first lines of why, as JSON, to the file that TAPBOOK_TEST_TIMES names.
 */
export default class TimeReporter {
  onTestRunEnd(modules, unhandled) {
    const path = process.env.TAPBOOK_TEST_TIMES;
    if (path === undefined) return;
    const failures = [
      ...modules.flatMap(describeFailures),
      ...unhandled.map(error => describeFailure('outside of a test', [error])),
    ];
    const unsteady = modules.flatMap(describeUnsteady);
    const files = modules.map(describeModule);
    writeFileSync(path, JSON.stringify({ files, unhandled: unhandled.length, failures, unsteady }));
  }
}

function describeModule(module) {
  const tests = [...module.children.allTests()];
  const count = state => tests.filter(test => test.result().state === state).length;
  const { prepareDuration, environmentSetupDuration, setupDuration, collectDuration, duration } = module.diagnostic();
  const failed = count('failed');
  return {
    file: module.relativeModuleId,
    passed: count('passed'),
    // A file that cannot be loaded, or whose hooks fail, has no failed test in it; it must count all the same.
    failed: failed === 0 && module.state() === 'failed' ? 1 : failed,
    skipped: count('skipped') + count('pending'),
    loadSeconds: (prepareDuration + environmentSetupDuration + setupDuration + collectDuration) / 1000,
    // Hooks included.
    seconds: duration / 1000,
  };
}

function describeFailures(module) {
  const failed = [...module.children.allTests()].filter(test => test.result().state === 'failed');
  const ofFile = [...module.errors(), ...[...module.children.allSuites()].flatMap(suite => suite.errors())];
  return [
    ...failed.map(test => describeFailure(`${module.relativeModuleId} > ${test.fullName}`, test.result().errors)),
    ...(ofFile.length > 0 ? [describeFailure(module.relativeModuleId, ofFile)] : []),
  ];
}

function describeUnsteady(module) {
  const unsteady = [...module.children.allTests()].filter(test => test.diagnostic()?.flaky === true);
  return unsteady.map(test =>
    describeFailure(`${module.relativeModuleId} > ${test.fullName}`, test.result().errors ?? []),
  );
}

/** A difference is the most of what a failed test says: it is shown, as far as it is short. */
function describeFailure(name, errors) {
  const most = 30;
  const lines = errors.flatMap(({ message, diff = '' }) =>
    stripVTControlCharacters(`${message}\n${diff}`).trim().split('\n'),
  );
  const shown = lines.length > most ? [...lines.slice(0, most), `… ${lines.length - most} more lines`] : lines;
  return [name, ...shown.map(line => `  ${line}`)].join('\n');
}
