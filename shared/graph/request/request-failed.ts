import { GraphClientError } from '@microsoft/microsoft-graph-client';
import type { GraphFailure } from '../failure.ts';

/** Carries a failure through the SDK, which hands errors of its own kind on unchanged. */
export class RequestFailed extends GraphClientError {
  readonly why: GraphFailure;

  constructor(why: GraphFailure) {
    super(why.message);
    // The SDK's errors set the prototype of their own class, which hides ours from instanceof.
    Object.setPrototypeOf(this, RequestFailed.prototype);
    this.name = 'RequestFailed';
    this.why = why;
  }
}
