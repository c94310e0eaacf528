import * as v from "valibot";

/** What the Worker writes into the page, see the Worker's page.ts. */
const Settings = v.object({
  role: v.picklist(["reader", "masked"]),
  name: v.string(),
  /** The path of the relay. */
  relay: v.string(),
  /** The archive, if the deployment has a current one: its routes' path, from when until when it is exact, its oldest message. */
  archive: v.optional(
    v.object({
      path: v.string(),
      exactFrom: v.string(),
      exactUntil: v.string(),
      oldest: v.nullable(v.string()),
    }),
  ),
  /** Whether the deployment has an archive that did not answer. */
  isArchiveFailing: v.optional(v.boolean()),
  /** In direct mode: the API's address. */
  direct: v.optional(v.object({ baseUrl: v.string() })),
});

export type Settings = v.InferOutput<typeof Settings>;

export const settings: Settings = v.parse(
  Settings,
  JSON.parse(document.getElementById("settings")?.textContent ?? ""),
);
