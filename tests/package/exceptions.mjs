// What "are the types wrong" finds and is meant to be so. Each has its reason.

const EXCEPTIONS = [
  {
    reason:
      "`moduleResolution: node10` knows no `exports`, so it finds nothing but the package's root. TypeScript 7 is without it.",
    fits: ({ kind, resolutionKind }) => kind === "NoResolution" && resolutionKind === "node10",
  },
  {
    reason:
      "These entry points are for bundlers, which read modules. `require()` has the same code, with the WebAssembly inside, " +
      "at `.` and `./edge`.",
    fits: ({ kind, resolutionKind, entrypoint }) =>
      kind === "CJSResolvesToESM" && resolutionKind === "node16-cjs" && /\/(inline|slim)$/.test(entrypoint),
  },
];

export const isExcepted = (problem) => EXCEPTIONS.some(({ fits }) => fits(problem));

/** The reasons of exceptions that fit none of the problems. */
export const unused = (problems) =>
  EXCEPTIONS.filter(({ fits }) => !problems.some(fits)).map(({ reason }) => reason);
