/** The range and the time zone. */
import { useSignal } from "@preact/signals";
import type { AriaAttributes } from "preact";
import { addMonths, dayOf, ownZone } from "../../zone.js";
import { bucketLabel, days } from "../format.js";
import { t } from "../i18n/index.js";
import { monthRange, PRESETS, type Preset, wholeMonths } from "../period.js";
import { navigate, period, range, refreshedAt, state } from "../state/page-state.js";
import { withTime } from "../state/url.js";

/** How a reader gives a range: by days, or by minutes. */
type Custom = "custom" | "times";

const isCustom = (value: string): value is Custom => value === "custom" || value === "times";

export function RangePicker() {
  const chosen = useSignal<Custom | undefined>(undefined);
  const { from, to } = period.value;
  const months = lastMonths();
  const month = from.slice(0, 7);
  const isMonth = months.includes(month) && wholeMonths(from, to) === 1;
  const given = "from" in range.value && !isMonth ? (from.includes("T") ? "times" : "custom") : undefined;
  const custom = chosen.value ?? given;
  const choose = (value: string) => {
    chosen.value = isCustom(value) ? value : undefined;
    if (months.includes(value)) navigate(monthRange(value));
    else if (!isCustom(value)) navigate({ range: value as Preset, from: undefined, to: undefined });
  };
  return (
    <div class="range">
      <label>
        <span>{t.range}</span>
        <select
          name="range"
          value={custom ?? ("from" in range.value ? month : state.value.range)}
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
          <option value="times">{t.customTimes}</option>
        </select>
      </label>
      {custom && (
        <CustomRange
          hasTimes={custom === "times"}
          from={from}
          to={to}
          onDone={() => {
            chosen.value = undefined;
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
  const today = dayOf(refreshedAt.value, state.value.zone);
  return Array.from({ length: 12 }, (_, index) => addMonths(today, -1 - index).slice(0, 7));
}

interface CustomRangeProps {
  hasTimes: boolean;
  from: string;
  to: string;
  onDone: () => void;
}

function CustomRange({ hasTimes, from, to, onDone }: CustomRangeProps) {
  const problem = useSignal<string | undefined>(undefined);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const [first, last] = [String(fields.get("from")), String(fields.get("to"))];
    problem.value = !first || !last ? t.noRange : first > last ? t.turnedRange : undefined;
    if (problem.value) return;
    navigate({ from: first, to: last });
    onDone();
  };
  const described = problem.value ? { "aria-invalid": true, "aria-describedby": "bad-range" } : {};
  const field = { ...described, type: hasTimes ? "datetime-local" : "date" } as const;
  return (
    <form onSubmit={submit} noValidate>
      <DateField name="from" label={hasTimes ? t.fromTime : t.from} value={from} time="T00:00" {...field} />
      <DateField name="to" label={hasTimes ? t.toTime : t.to} value={to} time="T23:59" {...field} />
      <button type="submit">{t.apply}</button>
      {problem.value && (
        <p id="bad-range" class="field-error" role="alert">
          {problem.value}
        </p>
      )}
    </form>
  );
}

interface DateFieldProps extends AriaAttributes {
  type: "date" | "datetime-local";
  name: string;
  label: string;
  /** A day or a minute. */
  value: string;
  /** The time of a day. */
  time: string;
}

function DateField({ type, name, label, value, time, ...described }: DateFieldProps) {
  const shown = type === "date" ? value.slice(0, 10) : withTime(value, time);
  return (
    <label>
      <span>{label}</span>
      {/* Without a maximum, a browser offers years of six digits. */}
      <input
        type={type}
        name={name}
        key={shown}
        defaultValue={shown}
        max={type === "date" ? "9999-12-31" : "9999-12-31T23:59"}
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
