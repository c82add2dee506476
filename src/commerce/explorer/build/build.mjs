// Bundles GraphiQL, its style sheet and Monaco's workers into ../static, with the licenses of all that is inside.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const OUT = "../static";
const options = { bundle: true, minify: true, metafile: true, legalComments: "none", target: "es2022", outdir: OUT };

// GraphiQL's style.css already holds Monaco's style sheets, and Roboto and Fira Code in many cuts: the page uses the
// fonts of the system instead. The icon font leaves the style sheet, as the policy of the page allows no data: fonts.
const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /monaco-editor\/.*\.css$/ }, () => ({ contents: "", loader: "empty" }));
    build.onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8")
        .replace(/@font-face\s*\{[^}]*\}/g, (face) => (face.includes("codicon") ? face : ""))
        .replace(/url\(data:font\/ttf;base64,[^)]*\)/, "url(monaco-editor/esm/vs/base/browser/ui/codicons/codicon/codicon.ttf)");
      return { contents, loader: "css" };
    });
  },
};

rmSync(OUT, { recursive: true, force: true });
const page = await build({
  ...options,
  entryPoints: { explorer: "entry.jsx" },
  format: "esm",
  splitting: true,
  chunkNames: "chunk-[hash]",
  assetNames: "[name]",
  jsx: "automatic",
  loader: { ".ttf": "file" },
  // The old names stand for CommonJS files, which have no named exports once they are split off.
  alias: { "prettier/parser-babel": "prettier/plugins/babel", "prettier/parser-graphql": "prettier/plugins/graphql" },
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [styles],
});
const workers = await build({
  ...options,
  entryPoints: {
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
  },
  format: "iife",
});

function packageOf(file) {
  for (let folder = dirname(file); folder.includes("node_modules"); folder = dirname(folder)) {
    if (!existsSync(join(folder, "package.json"))) continue;
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (name && version) return { folder, name, version, license };
  }
}

function licenseOf({ folder, name, version, license }) {
  const files = readdirSync(folder).filter((file) => /^(licen[sc]e|notice|thirdpartynotices)/i.test(file)).sort();
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n").replace(/[ \t\r]+$/gm, "");
}

const inside = new Map();
for (const file of [page, workers].flatMap(({ metafile }) => Object.keys(metafile.inputs))) {
  const found = packageOf(file);
  if (found) inside.set(`${found.name} ${found.version}`, found);
}
const rule = `\n\n${"-".repeat(80)}\n\n`;
const icons = "Codicons, the icon font codicon.ttf: Copyright Microsoft Corporation, Creative Commons Attribution 4.0.";
const licenses = [...inside].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => licenseOf(found));
writeFileSync(join(OUT, "LICENSES.txt"), `${[icons, ...licenses].join(rule)}\n`);
