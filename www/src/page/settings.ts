/** What the Worker writes into the page, see the Worker's page.ts. */
export interface Settings {
  readonly role: "reader" | "masked";
  readonly name: string;
  /** The path of the relay. */
  readonly relay: string;
  /** The archive, if the deployment has a current one: the path of its routes, until when it is exact, and its oldest message. */
  readonly archive?: { readonly path: string; readonly exactUntil: string; readonly oldest: string | null };
  /** In direct mode: the API's address. */
  readonly direct?: { readonly baseUrl: string };
}

export const settings: Settings = JSON.parse(document.getElementById("settings")?.textContent ?? "");
