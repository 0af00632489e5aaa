import type { Result } from './protocol.ts';
import type { Questions } from './questions.ts';
import type { Request, SearchRequest } from './requests.ts';
import type { Entry } from './responses.ts';

/** One way in which Windows AD is stricter than Samba, or says the same in other words. */
export type Rule = {
  /** The refusal with which AD would answer, or undefined where it would not object. */
  readonly refuse?: (request: Request, questions: Questions) => Promise<Result | undefined> | undefined;
  /** AD's answer in place of Samba's refusal. */
  readonly reword?: (request: Request, result: Result, questions: Questions) => Promise<Result> | Result;
  /** What else AD does before it answers that a request has succeeded. */
  readonly succeeded?: (request: Request, questions: Questions) => Promise<void> | undefined;
  /** A fresh look at the entries of one search: each may be changed, or left out by undefined. */
  readonly entries?: (request: SearchRequest) => EntryView;
};

export type EntryView = {
  entry(entry: Entry): Entry | undefined;
  /** The result in place of success, where entries were left out. */
  result(): Result | undefined;
};

/** A refusal in AD's form: `00002146: SvcErr: …`. */
export const refusal = (resultCode: number, win32: string, text: string): Result => ({
  resultCode,
  text: `${win32}: ${text}`,
});
