// A team of Cloudflare Access: its keys, and the tokens that it adds to requests.
import { exportJWK, generateKeyPair, SignJWT } from "jose";

const VENDOR = "https://api.voximplant.com/platform_api";

/** @param {string} apiUrl the sandbox, which answers the Worker's requests to the vendor */
export async function accessTeam(apiUrl) {
  const [domain, audience, kid] = ["https://team.cloudflareaccess.com", "audience-tag", "a-key"];
  const [own, unknown] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
  const keys = { keys: [{ ...(await exportJWK(own.publicKey)), kid, alg: "RS256" }] };
  const team = {
    /** Whether its keys can't be fetched. */
    isDown: false,
    domain,
    audience,
    token: ({ issuer = domain, audience: aud = audience, expires = 60, key = "own" } = {}) =>
      new SignJWT({ email: "reader@example.com" })
        .setProtectedHeader({ alg: "RS256", kid })
        .setIssuer(issuer)
        .setAudience(aud)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expires)
        .sign(key === "own" ? own.privateKey : unknown.privateKey),
    /** Answers a request of the Worker. */
    async answer(request) {
      if (request.url === `${domain}/cdn-cgi/access/certs`)
        return Response.json(keys, { status: team.isDown ? 503 : 200 });
      if (!request.url.startsWith(VENDOR)) throw new Error(`the Worker asked for ${request.url}`);
      const { method, headers } = request;
      return fetch(request.url.replace(VENDOR, apiUrl), { method, headers: [...headers] });
    },
  };
  return team;
}
