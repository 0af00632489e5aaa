/** Every trigger of the function app; Azure loads this file (package.json, `main`). */
import './setup.ts';
import './alerts.ts';
import './audit.ts';
import './dead-letters.ts';
import './discover.ts';
import './evaluate-policy.ts';
import './evaluate.ts';
import './feeds.ts';
import './holds.ts';
import './lifecycle.ts';
import './notifications.ts';
import './objects.ts';
import './outcomes.ts';
import './reconcile.ts';
import './simulate-policy.ts';
import './status.ts';
import './subscriptions.ts';
