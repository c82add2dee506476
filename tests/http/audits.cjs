// Runs the audits of graphql-http: folder with the packages, address to ask. Prints their results as JSON.
const [folder, url] = process.argv.slice(2);
const { auditServer } = require(require.resolve("graphql-http", { paths: [folder] }));

auditServer({ url }).then((results) => {
  const told = results.map(({ id, name, status, reason }) => ({ id, name, status, reason }));
  process.stdout.write(JSON.stringify(told));
});
