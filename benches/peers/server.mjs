// On older versions it starts all the same, and every request to the database fails.
if (Number.parseInt(process.versions.node) < 22) throw new Error(`needs Node.js 22 or later, this is ${process.version}`);

// The packages read the mode when they are loaded.
process.env.NODE_ENV ??= "production";

const { createServer } = await import("node:http");
const { postgraphile } = await import("postgraphile");
const { grafserv } = await import("postgraphile/grafserv/node");
const { default: preset } = await import("./graphile.config.mjs");

const pgl = postgraphile(preset);
const serv = pgl.createServ(grafserv);
const server = createServer();
server.once("listening", () => {
  server.on("error", (error) => void console.error(error));
});
await serv.addTo(server);
await pgl.getSchema();

const { host, port } = preset.grafserv;
server.listen(port, host, () => console.log(`PostGraphile answers at http://${host}:${port}/graphql`));
