import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { refusesEdge } from "../checks.mjs";

const VENDOR = fileURLToPath(new URL("../vendor.mjs", import.meta.url));

/** Asserts that the three contexts of a server read, and stops it. */
async function reads(server, page, expected) {
  try {
    assert.equal(await (await fetch(`${server.origin}/edge`)).text(), expected, server.output());
    await page({ upstream: server.origin });
    await page({ upstream: server.origin, path: "/client" });
  } finally {
    await server.stop();
  }
}

export default {
  about: (project) => ({ name: "Next.js", version: project.version("next") }),
  steps: ({ project, page, expected }) => ({
    'pain of "files missing on Next and Vercel": the traced files of its build read on their own':
      async () => {
        project.writeBlocks("docs/recipes/next.md");
        await project.run("next", ["build"]);
        // In another folder, so that missing files are not found in a parent folder.
        const deployed = mkdtempSync(join(tmpdir(), "deployed-"));
        cpSync(join(project.path, ".next/standalone"), deployed, { recursive: true });
        cpSync(join(project.path, ".next/static"), join(deployed, ".next/static"), { recursive: true });
        const server = await project.serve("node", () => ["--import", VENDOR, join(deployed, "server.js")], {
          HOSTNAME: "127.0.0.1",
        });
        try {
          await page({ upstream: server.origin, path: "/messages" });
          const headers = { cookie: "session=none" };
          const refused = await (await fetch(`${server.origin}/messages`, { headers })).text();
          assert.ok(refused.includes("Sign in first") && !refused.includes("messages for"), refused);
          await reads(server, page, expected);
        } finally {
          rmSync(deployed, { recursive: true });
        }
      },
    "its development server reads in a server component, an edge route and a client component": async () => {
      await reads(await project.serve("next", (port) => ["dev", "--port", port]), page, expected);
    },
    "it refuses to put /edge into a page": () =>
      refusesEdge(project, "app/client/page.js", "next", ["build"]),
  }),
};
