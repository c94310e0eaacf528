import { request } from "node:http";

/** Sends a request with exactly these headers, which neither a browser nor `fetch` can. */
export function rawRequest(origin, method, path, headers = {}) {
  return new Promise((resolve, reject) => {
    request(`${origin}${path}`, { method, headers }, async (response) => {
      let body = "";
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode, headers: response.headers, body });
    })
      .on("error", reject)
      .end();
  });
}
