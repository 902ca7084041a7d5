/** A mistake in a request to the control surface: answered with 400 and its message. */
export class ControlError extends Error {
  override readonly name = "ControlError";
}
