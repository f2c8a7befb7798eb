import { createServer, plugins } from 'restify';

/** The least that could take an activity: restify as its examples set it up, which reads the body and says 200. */
const server = createServer();
server.use(plugins.bodyParser());
server.post('/api/messages', (_request, response, next) => {
  response.send(200, {});
  next();
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ origin: `http://127.0.0.1:${String(server.address().port)}` });
});
process.once('disconnect', () => {
  process.exit();
});
