// Adds up what the test runners reported, says what failed and how, names what was skipped, and prints the sum as one line; a missing report is a
// failure.
import { readFileSync } from "node:fs";

/** Of what a failed test says, so that the end of a long log has all of them. */
const LINES = 40;

const total = { passed: 0, failed: 0, skipped: 0 };
// What a suite ended with: what goes wrong beside its tests, or after them, is in no report.
const statusOf = (suite) => Number(readFileSync(`${folder}/${suite}.status`, "utf8"));
const shortened = (text = "") => text.split("\n").slice(0, LINES).join("\n    ");

const [folder, ...suites] = process.argv.slice(2);
for (const suite of suites) {
  try {
    const report = JSON.parse(readFileSync(`${folder}/${suite}.json`, "utf8"));
    for (const file of report.testResults) {
      const failed = file.assertionResults.filter((test) => test.status === "failed");
      for (const test of failed) {
        console.log(`FAILED ${file.name}: ${test.fullName}\n    ${shortened(test.failureMessages?.join("\n"))}`);
      }
      for (const { status, fullName } of file.assertionResults) {
        if (["pending", "skipped", "todo"].includes(status)) console.log(`SKIPPED ${file.name}: ${fullName}`);
      }
      // A file that could not be loaded has no tests that could fail.
      if (file.status === "failed" && failed.length === 0) {
        console.log(`FAILED ${file.name}\n    ${shortened(file.message)}`);
        total.failed += 1;
      }
    }
    const status = statusOf(suite);
    if (status !== 0 && report.numFailedTests === 0 && report.testResults.every((file) => file.status === "passed")) {
      console.log(`FAILED ${suite}: no test failed, yet it ended with ${status}; its output above says why.`);
      total.failed += 1;
    }
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
    console.log(
      `${suite}: ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`,
    );
  } catch (error) {
    console.log(`${suite}: no report (${error.message})`);
    total.failed += 1;
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
if (total.failed > 0 || total.passed === 0) process.exit(1);
