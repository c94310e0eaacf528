import { source } from "../data.js";
import { t } from "../i18n/index.js";
import { navigate, state } from "../state/page-state.js";
import { clearFilters, setFilters } from "./filters.js";

/** An empty result: what was looked for, and the ways out. */
export function NoMessages() {
  const { range, from, text, sourceNumber, destinationNumber, party } = state.value;
  const set = setFilters();
  const isSearch = text !== undefined && set.some(({ name }) => name === "text");
  const isNumber = [sourceNumber, destinationNumber, party].some((number) => number !== undefined);
  const isPreset = from === undefined;
  const wider = isPreset && range === "12m" ? "all" : "12m";
  return (
    <div class="empty">
      <p>{set.length > 0 ? t.noMessagesWith(set.map((one) => one.text).join(", ")) : t.noMessages}</p>
      {isSearch && <p>{source.kind === "archive" ? t.wholeWords : t.partsOfWords}</p>}
      {isNumber && <p>{t.wholeNumber}</p>}
      <div class="buttons">
        {set.length > 0 && (
          <button type="button" onClick={clearFilters}>
            {t.clearAllFilters}
          </button>
        )}
        {!(isPreset && range === "all") && (
          <button
            type="button"
            onClick={() => navigate({ range: wider, from: undefined, to: undefined, bucket: "auto" })}
          >
            {t.widen(t.presets[wider])}
          </button>
        )}
      </div>
    </div>
  );
}
