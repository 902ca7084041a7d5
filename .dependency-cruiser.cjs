"use strict";

// The import table of docs/architecture.md. A module may import itself, what its row names, Node and npm packages.
// `types` rows may be imported for their types only: the adapters implement ports, they never call the domain.
const table = {
  core: {},
  config: { modules: ["core"] },
  connector: { modules: ["core"] },
  schedule: { modules: ["core"] },
  access: { modules: ["core"] },
  sync: { modules: ["core", "access", "connector"] },
  jobs: { modules: ["core", "connector", "sync"] },
  connectors: { modules: ["core", "connector", "schedule", "jobs"], types: ["sync"] },
  salesforce: { modules: ["core", "connector"], types: ["sync", "access"] },
  elasticsearch: { modules: ["core", "connector"], types: ["sync", "jobs"] },
  extraction: { modules: ["core"], types: ["sync"] },
  status: { modules: ["core"], types: ["jobs", "connector"] },
  cli: { modules: ["core", "config", "connector", "schedule", "jobs", "app"], types: ["sync"] },
};

const folder = (name) => `^src/${name}/`;

const moduleRules = Object.entries(table).flatMap(([name, { modules = [], types = [] }]) => [
  {
    name: `${name}-imports`,
    comment: `src/${name} may import ${[...modules, ...types.map((type) => `types of ${type}`)].join(", ") || "nothing of ours"}.`,
    severity: "error",
    from: { path: folder(name) },
    // Tests may use what all tests share; the product is kept from it below.
    to: {
      path: "^(src|simulator|embedded-elasticsearch|demo|bench|test)/",
      pathNot: [...[name, ...modules, ...types].map(folder), "^test/support/"],
    },
  },
  ...types.map((type) => ({
    name: `${name}-takes-only-types-of-${type}`,
    comment: `src/${name} implements the ports of src/${type}; it never calls it.`,
    severity: "error",
    from: { path: folder(name), pathNot: "\\.test\\.ts$" },
    to: { path: folder(type), dependencyTypesNot: ["type-only"] },
  })),
]);

const apart = (name) => ({
  name: `${name}-stands-alone`,
  comment: `${name} is a program of its own and imports nothing of the others.`,
  severity: "error",
  from: { path: `^${name}/` },
  to: { path: "^(src|simulator|embedded-elasticsearch|demo|bench|test)/", pathNot: `^${name}/` },
});

// The folders of the simulator, from the lowest to the highest; each may import the folders in its row. The entries main.ts and
// start-simulator.ts may import all of them.
const simulatorTable = {
  core: [],
  http: [],
  schema: [],
  usage: [],
  content: ["core"],
  storage: ["core", "schema"],
  generator: ["core", "schema", "content", "storage", "sharing"],
  sharing: ["core", "schema", "storage"],
  access: ["schema", "storage", "sharing"],
  records: ["core", "schema", "content", "storage", "sharing"],
  soql: ["core", "schema", "access"],
  query: ["core", "http", "schema", "storage", "access", "soql"],
  sosl: ["core", "schema", "storage", "access", "soql", "query"],
  bulk: ["core", "schema", "usage", "soql", "query"],
  org: ["core", "schema", "usage", "storage", "sharing", "access", "records", "soql", "query", "bulk"],
  oauth: ["core", "http", "schema", "access", "org"],
  api: ["core", "http", "schema", "access", "records", "query", "sosl", "bulk", "org", "oauth"],
  soap: ["core", "http", "schema", "records", "org", "oauth"],
  control: ["core", "http", "schema", "storage", "sharing", "access", "org"],
  app: ["core", "http", "org", "oauth", "api", "soap", "control"],
};

const simulatorRules = Object.entries(simulatorTable).map(([name, folders]) => ({
  name: `simulator-${name}-imports`,
  comment: `simulator/${name} may import ${folders.join(", ") || "no other folder of the simulator"}.`,
  severity: "error",
  from: { path: `^simulator/${name}/` },
  to: { path: "^simulator/", pathNot: [name, ...folders].map((folder) => `^simulator/${folder}/`) },
}));

module.exports = {
  forbidden: [
    ...moduleRules,
    {
      name: "app-imports",
      comment: "src/app names the concrete classes; it knows neither the command line nor the entry.",
      severity: "error",
      from: { path: folder("app"), pathNot: "\\.test\\.ts$" },
      to: { path: ["^src/(cli/|main\\.ts)", "^(simulator|embedded-elasticsearch|demo|bench|test)/"] },
    },
    {
      name: "main-imports-only-cli",
      severity: "error",
      from: { path: "^src/main\\.ts$" },
      to: { path: "^src/", pathNot: "^src/cli/" },
    },
    apart("simulator"),
    ...simulatorRules,
    {
      name: "simulator-entries",
      comment: "Every folder of the simulator has a row in the table; only its entries are in no folder.",
      severity: "error",
      from: {
        path: "^simulator/",
        pathNot: [
          ...Object.keys(simulatorTable).map((name) => `^simulator/${name}/`),
          "^simulator/(main|start-simulator)\\.ts$",
        ],
      },
      to: {},
    },
    apart("embedded-elasticsearch"),
    {
      name: "demo-knows-no-source",
      comment: "The demo starts the real command line as a process, as a user would.",
      severity: "error",
      from: { path: "^demo/" },
      to: { path: "^(src|bench|test)/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "product-uses-declared-packages",
      comment: "What the product imports is a dependency, never a development dependency.",
      severity: "error",
      from: { path: "^src/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown", "undetermined"] },
    },
    {
      name: "no-homeless-names",
      comment: "A file is named for the one thing inside it.",
      severity: "error",
      from: {},
      to: {
        path: "^(src|simulator|embedded-elasticsearch|demo|bench|test)/.*(^|/)((utils?|helpers?|common|misc|lib|types)(/|\\.ts$)|index\\.ts$)",
      },
    },
    {
      name: "no-tests-in-the-product",
      severity: "error",
      from: { path: "^src/", pathNot: "\\.test\\.ts$" },
      to: { path: ["\\.test\\.ts$", "^test/"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
