/*
 * Loaded before all tests (`.mocharc.json`): mocha lets rejections pass that nobody handles, although a program would die
 * of them. Thrown, they fail the test that is running.
 */
process.on('unhandledRejection', (reason) => {
  throw reason;
});
