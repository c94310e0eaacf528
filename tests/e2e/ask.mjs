import { request } from "node:http";

/** A request with the very headers that are named, as no browser and no fetch makes it. */
export function ask(origin, method, path, headers = {}) {
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
