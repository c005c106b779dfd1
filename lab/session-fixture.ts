// A process for tests to kill: opens a session with one child and says where, then lives until it is ended.
import { openSession } from './session.ts';

const session = openSession();
const child = session.start('sleeper', process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
process.stdout.write(`${JSON.stringify({ folder: session.folder, child: child.pid })}\n`);
setInterval(() => {}, 1000);
