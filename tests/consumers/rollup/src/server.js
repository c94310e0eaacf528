import { read } from "./read.js";

read(process.env).then(console.log);
