import { writeFileSync } from 'node:fs';

/** A reporter of vitest that writes what each test file took and came to, as JSON, to the file that TAPBOOK_TEST_TIMES names. */
export default class TimeReporter {
  onTestRunEnd(modules, unhandled) {
    const path = process.env.TAPBOOK_TEST_TIMES;
    if (path === undefined) return;
    writeFileSync(path, JSON.stringify({ files: modules.map(describeModule), unhandled: unhandled.length }));
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
