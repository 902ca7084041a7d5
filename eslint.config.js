import unicorn from "eslint-plugin-unicorn";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

// Every rule is an error from the first commit. What the rules hold is written in docs/decisions/0003-conventions-held-by-tools.md.

const restrictedEverywhere = [
  {
    selector: "ExportDefaultDeclaration",
    message: "Export by name, so that a thing has one name everywhere.",
  },
  { selector: "ExportAllDeclaration", message: "No barrel files: import from the file that defines the thing." },
  {
    selector: "TSAsExpression > TSAsExpression",
    message: "A double cast hides a wrong type. Parse the value with a schema instead.",
  },
];

const restrictedInProduct = [
  ...restrictedEverywhere,
  {
    selector: "ThrowStatement > NewExpression[callee.name='Error']",
    message: "Throw an error of the module's errors.ts: it carries a code, a hint and whether a retry helps.",
  },
  {
    selector:
      "CallExpression[callee.object.name=/log$/i][callee.property.name=/^(trace|debug|info|warn|error|fatal)$/] TemplateLiteral",
    message: "Log constant text plus fields, so that lines can be counted.",
  },
];

const environmentReads = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: "The environment is read in src/config only.",
};

const timers = ["setTimeout", "setInterval"].map((name) => ({
  name,
  message: "Waiting belongs to core (clock, retry), where it takes an abort signal.",
}));

export default defineConfig(
  globalIgnores([".cache/", "coverage/", "**/target/", "eslint.config.js", ".dependency-cruiser.cjs"]),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    plugins: { unicorn },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", { max: 3 }],
      complexity: ["error", { max: 15 }],
      eqeqeq: "error",
      "no-console": "error",
      "no-param-reassign": "error",
      "no-restricted-syntax": ["error", ...restrictedEverywhere],
      "unicorn/filename-case": ["error", { case: "kebabCase" }],
      "unicorn/prefer-node-protocol": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      // Index signatures are read with brackets, as the compiler demands (noPropertyAccessFromIndexSignature).
      "@typescript-eslint/dot-notation": "off",
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/**/*.test.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...restrictedInProduct, environmentReads],
      "no-restricted-globals": ["error", ...timers],
    },
  },
  {
    files: ["src/config/**/*.ts"],
    ignores: ["src/**/*.test.ts"],
    rules: { "no-restricted-syntax": ["error", ...restrictedInProduct] },
  },
  {
    files: ["src/core/**/*.ts"],
    rules: { "no-restricted-globals": "off" },
  },
  {
    files: ["**/*.test.ts", "test/**/*.ts"],
    rules: {
      // A describe block is a list of facts, not a function to keep short; each test in it is kept short by review.
      "max-lines-per-function": "off",
    },
  },
  {
    files: ["*.config.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
);
