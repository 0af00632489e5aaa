/** A mistake in the infrastructure: where, what, and what would be right. */
export type Finding = { readonly file: string; readonly line: number; readonly message: string };
