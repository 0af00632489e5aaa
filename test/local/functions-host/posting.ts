import { request } from 'node:http';

/** Posts `size` bytes without announcing how many there will be, and resolves with the status of the answer. */
export function postChunked(url: string, size: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      { method: 'POST', headers: { 'transfer-encoding': 'chunked' } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sending.once('error', reject);
    sending.end(Buffer.alloc(size));
  });
}

/** Announces `size` bytes, sends none of them, and resolves with the status of the answer. */
export function announce(url: string, size: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', headers: { 'content-length': size } }, (response) => {
      resolve(response.statusCode);
      sending.destroy();
    });
    sending.once('error', reject);
    sending.flushHeaders();
  });
}
