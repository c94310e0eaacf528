/** A CSV or XLS reply. See index.d.ts. */
export class SmsHistoryFile {
  #bytes;

  /** @param {{ name: string | undefined, type: string, bytes: Uint8Array<ArrayBuffer> }} parts */
  constructor(parts) {
    /** @readonly */
    this.name = parts.name;
    /** @readonly */
    this.type = parts.type;
    /** @readonly */
    this.size = parts.bytes.length;
    this.#bytes = parts.bytes;
  }

  get body() {
    return this.#blob().stream();
  }

  async arrayBuffer() {
    return this.#bytes.slice().buffer;
  }

  async bytes() {
    return this.#bytes.slice();
  }

  async text() {
    return new TextDecoder().decode(this.#bytes);
  }

  async blob() {
    return this.#blob();
  }

  #blob() {
    return new Blob([this.#bytes], { type: this.type });
  }
}
