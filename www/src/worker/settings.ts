/** The bindings of the deployment. */
export interface Env {
  /** The built page. */
  ASSETS: Fetcher;
  /** The API's base URL. */
  VOXIMPLANT_BASE_URL?: string;
  /** The text of the service account's credentials.json: a secret, never a variable. */
  VOXIMPLANT_CREDENTIALS?: string;
  /** The only origin whose page gets tokens. By default the origin of the request's URL. */
  PAGE_ORIGIN?: string;
}

/** The validated settings. */
export interface Settings {
  baseUrl: string;
  /** Undefined for the origin of the request's URL. */
  pageOrigin: string | undefined;
}

/** A missing or invalid setting. Its message names the setting, never its value. */
export class SettingsError extends Error {}

export function readSettings(env: Env): Settings {
  return { baseUrl: readBaseUrl(env), pageOrigin: readPageOrigin(env) };
}

export function readCredentials(env: Env): string {
  if (!env.VOXIMPLANT_CREDENTIALS) {
    throw new SettingsError(
      "VOXIMPLANT_CREDENTIALS: expected the text of a service account's credentials.json; set it by " +
        "`wrangler secret put VOXIMPLANT_CREDENTIALS`",
    );
  }
  return env.VOXIMPLANT_CREDENTIALS;
}

function readBaseUrl({ VOXIMPLANT_BASE_URL: baseUrl }: Env): string {
  if (!baseUrl || !webUrl(baseUrl)) {
    throw new SettingsError("VOXIMPLANT_BASE_URL: expected the API's base URL, see vars in wrangler.jsonc");
  }
  return baseUrl;
}

function readPageOrigin({ PAGE_ORIGIN: pageOrigin }: Env): string | undefined {
  if (!pageOrigin) return undefined;
  // It is compared with the browsers' Origin header. Any other form would refuse every page.
  if (webUrl(pageOrigin)?.origin !== pageOrigin) {
    throw new SettingsError(
      "PAGE_ORIGIN: expected an origin as browsers write it, with no slash at its end, see README.md",
    );
  }
  return pageOrigin;
}

function webUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
}
