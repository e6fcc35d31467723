import type { ErrorAnswer } from './choices.ts';

/** Thrown inside a vendor's handler to refuse a request; caught in one place and answered in the vendor's form. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: ErrorAnswer;
  /** False while it is not yet proved who sent it. */
  readonly signatureOk: boolean;
  constructor(answer: ErrorAnswer, signatureOk = true) {
    super(answer.message);
    this.answer = answer;
    this.signatureOk = signatureOk;
  }
}
