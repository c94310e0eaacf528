import assert from "node:assert/strict";
import { refusesEdge } from "../checks.mjs";

export default {
  title: (project) => `Next.js ${project.version("next")}`,
  steps: ({ project, page, expected }) => ({
    "it builds": () => project.run("next", ["build"]),
    "server component, edge route and client component read": async () => {
      const server = await project.serve("next", (port) => ["start", "--port", port]);
      try {
        assert.equal(await (await fetch(`${server.origin}/edge`)).text(), expected, server.told());
        await page({ upstream: server.origin });
        await page({ upstream: server.origin, path: "/client" });
      } finally {
        await server.stop();
      }
    },
    "its development server's read, too": async () => {
      const server = await project.serve("next", (port) => ["dev", "--port", port]);
      try {
        assert.equal(await (await fetch(`${server.origin}/edge`)).text(), expected, server.told());
        await page({ upstream: server.origin });
        await page({ upstream: server.origin, path: "/client" });
      } finally {
        await server.stop();
      }
    },
    "it refuses to put /edge into a page": () =>
      refusesEdge(project, "app/client/page.js", "next", ["build"]),
  }),
};
