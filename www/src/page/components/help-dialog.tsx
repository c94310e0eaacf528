/** What the figures mean, and the keys. */
import { words } from "../i18n/help-words.js";
import { t } from "../i18n/index.js";
import { Dialog } from "./dialog.js";

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t.help} onClose={onClose}>
      <h3>{words.figures}</h3>
      <dl class="details">
        {words.terms.map(([term, meaning]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3>{words.shortcuts}</h3>
      <dl class="details">
        {words.keys.map(([keys, action]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
