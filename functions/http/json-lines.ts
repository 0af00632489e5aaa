/**
 * A body of one JSON object per line (application/x-ndjson), made as it is read. @azure/functions reads
 * ahead of a slow client, and to the end after one that left, so the lines must be few enough to be
 * kept, come to an end, and let other work through in between.
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
