/** A CSV or XLS reply. See index.d.ts. */
export class SmsHistoryFile {
  #arrival;

  /**
   * @param {{ name: string | undefined, type: string }} parts
   * @param {import("./arrival.js").Arrival} arrival
   */
  constructor(parts, arrival) {
    /** @readonly */
    this.name = parts.name;
    /** @readonly */
    this.type = parts.type;
    this.#arrival = arrival;
  }

  get body() {
    return this.#arrival.stream();
  }

  async arrayBuffer() {
    return (await this.bytes()).buffer;
  }

  bytes() {
    return this.#arrival.whole();
  }

  async text() {
    return new TextDecoder().decode(await this.bytes());
  }

  async blob() {
    return new Blob([await this.bytes()], { type: this.type });
  }
}
