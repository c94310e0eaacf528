/** The range and the time zone. */
import { useSignal } from "@preact/signals";
import type { AriaAttributes } from "preact";
import { addMonths, dayOf, ownZone } from "../../zone.js";
import { bucketLabel, days } from "../format.js";
import { t } from "../i18n/index.js";
import { isWholeMonth, monthRange, PRESETS, type Preset } from "../period.js";
import { asOf, navigate, period, range, state } from "../state/page-state.js";

export function RangePicker() {
  const isChoosing = useSignal(false);
  const { from, to } = period.value;
  const months = lastMonths();
  const month = from.slice(0, 7);
  const isMonth = months.includes(month) && isWholeMonth(from, to);
  const isCustom = isChoosing.value || ("from" in range.value && !isMonth);
  const choose = (value: string) => {
    isChoosing.value = value === "custom";
    if (months.includes(value)) navigate(monthRange(value));
    else if (!isChoosing.value) navigate({ range: value as Preset, from: undefined, to: undefined });
  };
  return (
    <div class="range">
      <label>
        <span>{t.range}</span>
        <select
          name="range"
          value={isCustom ? "custom" : "from" in range.value ? month : state.value.range}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {PRESETS.map((preset) => (
            <option key={preset} value={preset}>
              {t.presets[preset]}
            </option>
          ))}
          {months.map((month) => (
            <option key={month} value={month}>
              {bucketLabel(month)}
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

/** The months before the current one, newest first: `2026-10`. */
function lastMonths(): string[] {
  const today = dayOf(asOf.value, state.value.zone);
  return Array.from({ length: 12 }, (_, index) => addMonths(today, -1 - index).slice(0, 7));
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
      <DateField name="from" label={t.from} value={from} {...described} />
      <DateField name="to" label={t.to} value={to} {...described} />
      <button type="submit">{t.apply}</button>
      {isBad.value && (
        <p id="bad-range" class="field-error" role="alert">
          {t.badRange}
        </p>
      )}
    </form>
  );
}

interface DateFieldProps extends AriaAttributes {
  name: string;
  label: string;
  value: string;
}

function DateField({ name, label, value, ...described }: DateFieldProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="date"
        name={name}
        key={value}
        defaultValue={value}
        min="1970-01-01"
        max="9999-12-31"
        {...described}
      />
    </label>
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
