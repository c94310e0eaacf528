/** The range and the time zone. */
import { useSignal } from "@preact/signals";
import { ownZone } from "../../zone.js";
import { days } from "../format.js";
import { t } from "../i18n/index.js";
import { PRESETS, type Preset } from "../period.js";
import { navigate, period, range, state } from "../state/page-state.js";

export function RangePicker() {
  const isChoosing = useSignal(false);
  const isCustom = "from" in range.value || isChoosing.value;
  const { from, to } = period.value;
  const choose = (value: string) => {
    isChoosing.value = value === "custom";
    if (!isChoosing.value) navigate({ range: value as Preset, from: undefined, to: undefined });
  };
  return (
    <div class="range">
      <label>
        <span>{t.range}</span>
        <select
          name="range"
          value={isCustom ? "custom" : state.value.range}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {PRESETS.map((preset) => (
            <option key={preset} value={preset}>
              {t.presets[preset]}
            </option>
          ))}
          <option value="custom">{t.custom}</option>
        </select>
      </label>
      {isCustom && (
        <CustomRange
          from={from.slice(0, 10)}
          to={to.slice(0, 10)}
          onDone={() => {
            isChoosing.value = false;
          }}
        />
      )}
      <ZoneSelect />
      <p class="period">{days(from, to)}</p>
    </div>
  );
}

function CustomRange({ from, to, onDone }: { from: string; to: string; onDone: () => void }) {
  const isBad = useSignal(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const [first, last] = [String(fields.get("from")), String(fields.get("to"))];
    isBad.value = !first || !last || first > last;
    if (isBad.value) return;
    navigate({ from: first, to: last });
    onDone();
  };
  const described = isBad.value ? { "aria-invalid": true, "aria-describedby": "bad-range" } : {};
  return (
    <form onSubmit={submit} noValidate>
      <label>
        <span>{t.from}</span>
        <input
          type="date"
          name="from"
          key={from}
          defaultValue={from}
          min="1970-01-01"
          max="9999-12-31"
          {...described}
        />
      </label>
      <label>
        <span>{t.to}</span>
        <input
          type="date"
          name="to"
          key={to}
          defaultValue={to}
          min="1970-01-01"
          max="9999-12-31"
          {...described}
        />
      </label>
      <button type="submit">{t.apply}</button>
      {isBad.value && (
        <p id="bad-range" class="field-error" role="alert">
          {t.badRange}
        </p>
      )}
    </form>
  );
}

const zones = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])].filter((zone) => zone !== ownZone);

function ZoneSelect() {
  const { zone } = state.value;
  return (
    <label>
      <span>{t.zone}</span>
      <select name="zone" value={zone} onChange={(event) => navigate({ zone: event.currentTarget.value })}>
        <option value={ownZone}>{t.ownZone(ownZone)}</option>
        {zones.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        {zone !== ownZone && !zones.includes(zone) && <option value={zone}>{zone}</option>}
      </select>
    </label>
  );
}
