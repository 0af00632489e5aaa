/** Every trigger of the function app; Azure loads this file (package.json, `main`). */
import './evaluate.ts';
import './feeds.ts';
import './lifecycle.ts';
import './notifications.ts';
import './outcomes.ts';
import './subscriptions.ts';
