/** What the reader sees in place of a part of the page that did not load or cannot be drawn. */
export function Reload({ text, button }: { text: string; button: string }) {
  return (
    <div class="trouble" role="alert">
      <p>{text}</p>
      <div class="buttons">
        <button type="button" onClick={() => location.reload()}>
          {button}
        </button>
      </div>
    </div>
  );
}
