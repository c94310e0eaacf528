import { request } from "node:http";

/** Sends a request with exactly these headers, which neither a browser nor `fetch` can. */
export function rawRequest(origin, method, path, headers = {}, sent = undefined) {
  return new Promise((resolve, reject) => {
    // Without a kept connection: the Worker may close it when it refuses a request before its body.
    request(`${origin}${path}`, { method, headers, agent: false }, async (response) => {
      let body = "";
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode, headers: response.headers, body });
    })
      .on("error", reject)
      .end(sent);
  });
}
