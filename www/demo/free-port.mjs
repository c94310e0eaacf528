import { createServer } from "node:net";

/**
 * A port of this machine that nobody listens at. Systems give their connections ports from 32768 on: one of those might be
 * taken before who asked for it listens there.
 * @param {string} host
 * @returns {Promise<number>}
 */
export async function freePort(host) {
  for (let attempt = 1; ; attempt += 1) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    try {
      await listen(port, host);
      return port;
    } catch (error) {
      if (error.code !== "EADDRINUSE" || attempt === 20) throw error;
    }
  }
}

/** Listens for a moment. */
function listen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(port, host, () => server.close(resolve));
  });
}
