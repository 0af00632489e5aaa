/**
 * A body of one JSON object per line (application/x-ndjson), made as it is read: nothing is produced
 * ahead of a slow reader, and a reader who leaves ends the work.
 */
export function jsonLines(lines: AsyncGenerator<object, void, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      await lines.return();
    },
  });
}
