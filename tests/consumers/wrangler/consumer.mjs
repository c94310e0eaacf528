import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { COOKIE, LOGIN } from "../../docs/worker.mjs";
import { accessTeam } from "../access.mjs";
import { freePort } from "../project.mjs";
import { bundle, start } from "../workerd.mjs";

export default {
  fast: true,
  about: (project) => ({ name: "Wrangler", version: project.version("wrangler") }),
  steps: ({ project, expected, ask }) => ({
    'pain of "fails on Workers": the bundle of deploy --dry-run reads': async () => {
      await bundle(project);
      const miniflare = start(project);
      try {
        assert.equal(await (await miniflare.dispatchFetch("http://worker/")).text(), expected);
      } finally {
        await miniflare.dispose();
      }
    },
    "the recipe's relay serves those whom Cloudflare Access has signed in": async () => {
      project.writeBlocks("docs/recipes/cloudflare-access.md");
      await bundle(project, { entry: "src/access.js" });
      const team = await accessTeam(project.env.API_URL);
      const { VOXIMPLANT_CREDENTIALS } = project.env;
      const bindings = { VOXIMPLANT_CREDENTIALS, TEAM_DOMAIN: team.domain, POLICY_AUD: team.audience };
      const options = { bindings, outbound: team.answer };
      let miniflare = start(project, options);
      const read = (headers) =>
        miniflare.dispatchFetch("https://dashboard.example/sms/GetSmsHistory", {
          method: "POST",
          headers: {
            origin: "https://dashboard.example",
            "content-type": "application/x-www-form-urlencoded",
            ...headers,
          },
          body: "count=20",
        });
      try {
        const page = await read({ "cf-access-jwt-assertion": await team.token() });
        assert.deepEqual(await page.json(), await ask("count=20"));
        const others = [
          team.token({ audience: "another application" }),
          team.token({ issuer: "https://another.cloudflareaccess.com" }),
          team.token({ expires: -60 }),
          team.token({ key: "unknown" }),
          "no.token.text",
        ];
        for (const token of await Promise.all(others))
          assert.equal((await read({ "cf-access-jwt-assertion": token })).status, 403);
        assert.equal((await read({})).status, 403);
        await miniflare.dispose();
        team.isDown = true;
        miniflare = start(project, options);
        assert.equal((await read({ "cf-access-jwt-assertion": await team.token() })).status, 503);
      } finally {
        await miniflare.dispose();
      }
    },
    "its development server reads": async () => {
      project.writeBlocks("docs/recipes/wrangler-dev.md");
      project.write("credentials.json", project.env.VOXIMPLANT_CREDENTIALS);
      // Other settings stay, and the last line of a name counts.
      project.write(".dev.vars", `API_URL=${project.env.API_URL}\nVOXIMPLANT_CREDENTIALS=older\n`);
      await project.run("sh", ["dev-vars.sh"]);
      const server = await project.serve("wrangler", (port) => ["dev", "--port", port, "--ip", "127.0.0.1"]);
      try {
        assert.equal(await (await fetch(server.origin)).text(), expected, server.output());
      } finally {
        await server.stop();
      }
    },
    "the recipe's project serves its page, and relays for it and for Vite's server": async () => {
      project.writeBlocks("docs/recipes/wrangler-dev.md");
      project.write("credentials.json", project.env.VOXIMPLANT_CREDENTIALS);
      await project.run("sh", ["dev-vars.sh"]);
      // The recipe's ports may be taken.
      const vitePort = await freePort();
      const devOrigin = project.read("page/dev-origin.vars").replace("5173", vitePort);
      const vars = `${project.read(".dev.vars")}${devOrigin}`;
      project.write("page/.dev.vars", `${vars}VOXIMPLANT_BASE_URL=${project.env.API_URL}\n`);
      project.write("page/src/login.js", LOGIN);
      mkdirSync(join(project.path, "page/dist/sms"), { recursive: true });
      project.write("page/index.html", "<title>the source of the page</title>");
      project.write("page/dist/index.html", "the page");
      project.write("page/dist/sms/GetSmsHistory", "a file instead of the relay");
      const server = await project.serve("wrangler", (port) => [
        ...["dev", "--cwd", "page", "--port", port, "--ip", "127.0.0.1"],
      ]);
      const read = (origin, cookie = COOKIE) =>
        fetch(`${server.origin}/sms/GetSmsHistory`, {
          method: "POST",
          headers: { origin, cookie },
          body: new URLSearchParams({ count: "20" }),
        });
      /** Reads as a page does whose requests go through Vite's server. */
      const readThrough = async (vite, origin) => {
        const send = (url, init) =>
          fetch(url, {
            ...init,
            headers: { ...init.headers, origin, cookie: COOKIE, "sec-fetch-site": "same-origin" },
          });
        const { SmsHistoryClient } = createRequire(join(project.path, "package.json"))(
          "voximplant-sms-history",
        );
        return new SmsHistoryClient({ relay: `${vite.origin}/sms`, fetch: send }).getSmsHistory({
          count: 20,
        });
      };
      try {
        assert.equal(await (await fetch(server.origin)).text(), "the page", server.output());
        assert.equal((await fetch(`${server.origin}/none`)).status, 404);
        assert.deepEqual(await (await read(server.origin)).json(), await ask("count=20"));
        assert.equal((await read(server.origin, "")).status, 403);
        project.write(
          "page/vite.config.js",
          project.read("page/vite.config.js").replace("http://localhost:8787", server.origin),
        );
        const vite = await project.serve(
          "vite",
          (port) => ["page", "--port", port, "--strictPort", "--host", "127.0.0.1"],
          {},
          vitePort,
        );
        try {
          assert.match(await (await fetch(vite.origin)).text(), /the source of the page/, vite.output());
          const { length, totalCount } = await readThrough(vite, vite.origin);
          const { result, total_count } = await ask("count=20");
          assert.deepEqual([length, totalCount], [result.length, total_count]);
          // The address of the same page that is not in DEV_ORIGIN.
          await assert.rejects(readThrough(vite, `http://127.0.0.1:${vitePort}`), {
            kind: "http",
            httpStatus: 403,
            message: /option origins/,
          });
        } finally {
          await vite.stop();
        }
      } finally {
        await server.stop();
      }
    },
  }),
};
