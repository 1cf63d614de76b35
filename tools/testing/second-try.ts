// In the gate a test that fails is run once more, and its first failure is printed. The machine there may
// stall a process in the middle of a test for longer than the product's slice of time, which no test can
// rule out; what fails twice has failed. Elsewhere each failure counts, so that a test that depends on the
// machine is found where it is written.

import { jest } from "@jest/globals";

if (process.env["CI"] !== undefined) jest.retryTimes(1, { logErrorsBeforeRetry: true });
