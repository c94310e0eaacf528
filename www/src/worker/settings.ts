/** The bindings of the deployment. README.md describes each setting. */
export interface Env {
  /** The built page. */
  ASSETS: Fetcher;
  VOXIMPLANT_BASE_URL?: string;
  /** The text of the service account's credentials.json: a secret, never a variable. */
  VOXIMPLANT_CREDENTIALS?: string;
  /** Who reads everything, and who reads without texts and full numbers. See {@link roleOf} in authorize.ts. */
  READERS?: string;
  MASKED_READERS?: string;
  /** Sign-in by Cloudflare Access. */
  ACCESS_TEAM_DOMAIN?: string;
  ACCESS_AUDIENCE?: string;
  /** Sign-in by an OIDC issuer. The client secret is a secret. */
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
  OIDC_CLIENT_SECRET?: string;
  /** `on`: sign-in without proof, on loopback addresses only. */
  DEMO_SIGN_IN?: string;
  /** `on`: the page requests the API itself, with short-lived tokens, instead of through the relay. */
  DIRECT_MODE?: string;
}

/** A missing or invalid setting. Its message names the setting, never its value. */
export class SettingsError extends Error {}

export function readCredentials(env: Env): string {
  if (!env.VOXIMPLANT_CREDENTIALS) {
    throw new SettingsError(
      "VOXIMPLANT_CREDENTIALS: expected the text of a service account's credentials.json, got none; set it by " +
        "`wrangler secret put VOXIMPLANT_CREDENTIALS`",
    );
  }
  return env.VOXIMPLANT_CREDENTIALS;
}

export function readBaseUrl({ VOXIMPLANT_BASE_URL: baseUrl }: Env): string {
  if (!baseUrl || !webUrl(baseUrl)) {
    throw new SettingsError("VOXIMPLANT_BASE_URL: expected the API's base URL; see vars in wrangler.jsonc");
  }
  return baseUrl;
}

export function isDirectMode(env: Env): boolean {
  return isOn("DIRECT_MODE", env.DIRECT_MODE);
}

/** Reads a setting that is `on`, or absent. Any other value is an error, because it could mean either. */
export function isOn(name: string, value: string | undefined): boolean {
  if (value === undefined || value === "") return false;
  if (value !== "on") throw new SettingsError(`${name}: expected on, or no value, got another text`);
  return true;
}

/** Reads an https URL of a sign-in service without a slash at its end. Plain http is for loopback addresses. */
export function readIssuer(name: string, value: string): string {
  const url = webUrl(value);
  if (!url || (url.protocol === "http:" && !isLoopback(url.hostname))) {
    throw new SettingsError(`${name}: expected an https URL, got another text`);
  }
  return value.replace(/\/$/, "");
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function webUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
}
