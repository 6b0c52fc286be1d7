/** Sends the counts of a jest run to the process that started it. */
module.exports = class {
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
    process.send?.({
      passed: results.numPassedTests,
      failed: results.numFailedTests + broken,
      skipped: results.numPendingTests + results.numTodoTests,
      broken,
      skippedIn,
    });
  }
};
