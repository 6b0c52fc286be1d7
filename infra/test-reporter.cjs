const { relative } = require('node:path');

/** Tells the process that started jest which files run, and in the end the counts. */
module.exports = class {
  constructor({ rootDir }) {
    this.name = ({ path }) => relative(rootDir, path);
  }

  onTestFileStart(test) {
    process.send?.({ began: this.name(test) });
  }

  onTestFileResult(test) {
    process.send?.({ ended: this.name(test) });
  }

  onRunComplete(_, results) {
    const skippedIn = {};
    for (const { testResults } of results.testResults) {
      for (const { status, ancestorTitles, title } of testResults) {
        if (status !== 'pending' && status !== 'todo') continue;
        const group = ancestorTitles[0] ?? title;
        skippedIn[group] = (skippedIn[group] ?? 0) + 1;
      }
    }
    const broken = results.numRuntimeErrorTestSuites;
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + broken,
      skipped: results.numPendingTests + results.numTodoTests,
      broken,
      skippedIn,
    };
    process.send?.({ counts });
  }
};
