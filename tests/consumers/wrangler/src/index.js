import { read } from "./read.js";

export default {
  async fetch(_, env) {
    return new Response(await read(env));
  },
};
