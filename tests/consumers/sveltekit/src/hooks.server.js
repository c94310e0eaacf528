/** The recipe's page expects that the application knows its user. */
export function handle({ event, resolve }) {
  event.locals.user = event.request.headers.get("cookie") === "session=signed-in" ? "reader" : undefined;
  return resolve(event);
}
