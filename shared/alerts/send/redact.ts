/** Text without secrets, for logs and alerts. What is too short to be one is left: it would only hide words. */
export const redact = (text: string, secrets: readonly (string | undefined)[]): string =>
  secrets.reduce<string>(
    (clean, secret) =>
      secret && secret.length >= 4
        ? clean.replaceAll(secret, '•••').replaceAll(encodeURIComponent(secret), '•••')
        : clean,
    text,
  );
