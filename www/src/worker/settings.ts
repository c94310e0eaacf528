/** What the Worker is deployed with. */
export interface Env {
  /** The page, as Vite built it. */
  ASSETS: Fetcher;
  /** The API's base URL. */
  VOXIMPLANT_BASE_URL?: string;
  /** The text of the service account's credentials.json: a secret, never a plain variable. */
  VOXIMPLANT_CREDENTIALS?: string;
  /** The one origin whose page may ask for tokens. Left out: the origin at which the Worker was called. */
  PAGE_ORIGIN?: string;
}

/** The Worker's settings, checked. */
export interface Settings {
  baseUrl: string;
}

/** A setting that is missing or of no use. Its message names the setting, never its value. */
export class SettingsError extends Error {}

export function readSettings(env: Env): Settings {
  const baseUrl = env.VOXIMPLANT_BASE_URL;
  if (!baseUrl || !URL.canParse(baseUrl)) {
    throw new SettingsError("VOXIMPLANT_BASE_URL: expected the API's base URL, see vars in wrangler.jsonc");
  }
  return { baseUrl };
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
