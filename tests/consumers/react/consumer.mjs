import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** The types that the recipe leaves to its reader. */
const PROPERTIES = `
import type { HistoryQuery, SmsHistoryClient, SmsHistoryPageJson } from "voximplant-sms-history";
interface Properties {
  client: SmsHistoryClient;
  direction?: "in" | "out";
  query?: HistoryQuery;
  count?: number;
  json: SmsHistoryPageJson;
}
`;

export default {
  fast: true,
  about: (project) => ({
    name: "React with TanStack Query",
    version: project.version("@tanstack/react-query"),
  }),
  steps: ({ project }) => ({
    "the recipe's components show pages, histories and errors": () => {
      project.writeBlocks("docs/recipes/tanstack-query.md");
      project.writeBlocks("docs/recipes/react.md");
      return project.run("vitest", ["run"]);
    },
    "the recipe's components are valid in strict TypeScript": () => {
      project.writeBlocks("docs/recipes/tanstack-query.md");
      project.writeBlocks("docs/recipes/react.md");
      mkdirSync(join(project.path, "typed"), { recursive: true });
      for (const name of ["newest", "history", "hydrated"]) {
        const code = project.read(`src/${name}.jsx`);
        const typed = code.replace(/(export function \w+\(\{.*?\})\)/, "$1: Properties)");
        project.write(`typed/${name}.tsx`, `${PROPERTIES}${typed}`);
      }
      return project.run("tsc", ["--project", "."]);
    },
  }),
};
