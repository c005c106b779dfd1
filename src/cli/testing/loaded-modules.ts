// Preloaded into a child process: prints on stderr, at its end, every module that was loaded.
import { registerHooks } from 'node:module';

const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});
process.on('exit', () => process.stderr.write([...loaded].join('\n')));
