// Each page loads less than 300 kB, and is shown in less than 2 seconds: the best of three, as other tests run beside it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWindow, pages, serve, show } from './harness.mjs';

const { url } = await serve('dash_full', ['--role', 'reader']);

for (const name of pages)
  test(`${name} is light and fast`, async (t) => {
    const times = [];
    let bytes = 0;
    for (let i = 0; i < 3; i++) {
      // a browser that has kept nothing
      const page = await openWindow({ locale: 'en-GB' });
      const network = await page.context().newCDPSession(page);
      await network.send('Network.enable');
      await network.send('Network.setCacheDisabled', { cacheDisabled: true });
      bytes = 0;
      network.on('Network.loadingFinished', (e) => (bytes += e.encodedDataLength));
      const since = performance.now();
      await show(page, `${url}/${name}`);
      times.push(performance.now() - since);
      await page.context().close();
    }
    t.diagnostic(`${name}: ${(bytes / 1000).toFixed(0)} kB, ${Math.min(...times).toFixed(0)} ms`);
    // nothing that was sent was missed
    assert.ok(bytes > 50_000, `${bytes} bytes`);
    assert.ok(bytes < 300_000, `${bytes} bytes`);
    assert.ok(Math.min(...times) < 2000, `${times.join(', ')} ms`);
  });
