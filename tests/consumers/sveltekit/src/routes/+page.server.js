import { env } from "$env/dynamic/private";
import { read } from "../read.js";

export const load = async () => ({ text: await read(env) });
