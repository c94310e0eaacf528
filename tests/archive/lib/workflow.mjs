// The modules of Workflows, for the tests that run steps in Node.
export class WorkflowEntrypoint {
  constructor(_context, env) {
    this.env = env;
  }
}

export class NonRetryableError extends Error {}
