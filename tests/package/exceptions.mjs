// Findings of "are the types wrong" that are intended, each with its reason.

const EXCEPTIONS = [
  {
    reason:
      "`moduleResolution: node10` does not read `exports`, so it finds the package's root only. TypeScript 7 has removed it.",
    matches: ({ kind, resolutionKind }) => kind === "NoResolution" && resolutionKind === "node10",
  },
  {
    reason:
      "These entry points are for bundlers, which read modules. For `require()`, the entry points `.` and `./edge` have the " +
      "same code with the WebAssembly inside.",
    matches: ({ kind, resolutionKind, entrypoint }) =>
      kind === "CJSResolvesToESM" && resolutionKind === "node16-cjs" && /\/(inline|slim)$/.test(entrypoint),
  },
];

export const isExcepted = (problem) => EXCEPTIONS.some(({ matches }) => matches(problem));

/** Returns the reasons of exceptions that match no problem. */
export const unusedExceptions = (problems) =>
  EXCEPTIONS.filter(({ matches }) => !problems.some(matches)).map(({ reason }) => reason);
