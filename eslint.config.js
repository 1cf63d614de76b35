import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

const passOn = { allowThrowingAny: true, allowThrowingUnknown: true };

export default defineConfig(
  globalIgnores(["**/dist/", "**/*.{js,mjs}"]),
  {
    files: ["**/*.ts"],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Whatever was thrown, or is a signal's reason, is passed on as it is.
      "@typescript-eslint/only-throw-error": ["error", passOn],
      "@typescript-eslint/prefer-promise-reject-errors": ["error", passOn],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreUsingDeclarations: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["packages/{channel,pool}/src/**"],
    plugins: { jsdoc },
    rules: {
      "jsdoc/check-param-names": "error",
      "jsdoc/check-tag-names": ["error", { typed: true }],
      "jsdoc/no-types": "error",
      "jsdoc/require-jsdoc": [
        "error",
        {
          publicOnly: true,
          require: { ClassDeclaration: true },
          contexts: ["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "VariableDeclaration"],
        },
      ],
    },
  },
  {
    files: ["packages/*/test/**"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  boundary(
    "packages/*/{src,test}/**",
    "^@chankit/[^/]+/(?!testing$)",
    "Import the package by its bare name.",
  ),
  boundary(
    "packages/channel/src/**",
    "^[^.]",
    "The channel package depends on nothing, not even on Node.",
  ),
  boundary(
    "packages/channel/src/testing/**",
    "^(?!\\.|fast-check$)",
    "Tests may use fast-check, and only if its user has it.",
  ),
  boundary(
    "packages/pool/src/**",
    "^(?!\\.|@chankit/channel$)",
    "The pool depends on @chankit/channel only.",
  ),
);

/** Forbids `files` to import the packages that match `regex`, and any other package by its path. */
function boundary(files, regex, message) {
  const patterns = [
    { regex, message },
    { regex: "\\.\\./(channel|pool|examples)/", message: "Import another package by its name." },
  ];
  return { files: [files], rules: { "no-restricted-imports": ["error", { patterns }] } };
}
