// Starts GraphiQL with what the page says in its #explorer element, and Monaco's workers from beside this file.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import "graphiql/style.css";
import "./explorer.css";

const WORKERS = { graphql: "graphql.worker.js", json: "json.worker.js" };
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(new URL(WORKERS[label] ?? "editor.worker.js", import.meta.url), { name: label }),
};

const { endpoint, examples } = JSON.parse(document.getElementById("explorer-config").textContent);
const url = new URL(endpoint, location.href);
const socket = new URL(url);
socket.protocol = url.protocol.replace("http", "ws");
const fetcher = createGraphiQLFetcher({ url: url.href, subscriptionUrl: socket.href });

// Tabs are remembered in the browser. On the first visit GraphiQL fills only the query of the first tab by itself.
const firstVisit = localStorage.getItem("graphiql:tabState") === null;
const [first] = examples;
const initial = firstVisit && first
  ? { initialQuery: first.query, initialVariables: first.variables, initialHeaders: first.headers }
  : {};

createRoot(document.getElementById("explorer")).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={examples.length ? examples : undefined}
    defaultEditorToolsVisibility={Boolean(first?.variables || first?.headers)}
    inputValueDeprecation
    schemaDescription
    {...initial}
  >
    <GraphiQL.Logo>{document.title}</GraphiQL.Logo>
  </GraphiQL>,
);
