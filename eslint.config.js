import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

const passOn = { allowThrowingAny: true, allowThrowingUnknown: true };

const besideRoomsOfNats = [
  ...["../errors.js", "../options.js", "../types.js", "../platform.js"],
  "@nats-io/(jetstream|transport-node)",
];

export default defineConfig(
  globalIgnores(["**/dist/", "**/*.{js,mjs}"]),
  {
    files: ["**/*.ts"],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    // One program for all: one a package would have the sources below it checked anew for each.
    languageOptions: {
      parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Whatever was thrown, or is a signal's reason, is passed on as it is.
      "@typescript-eslint/only-throw-error": ["error", passOn],
      "@typescript-eslint/prefer-promise-reject-errors": ["error", passOn],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      // The compiler allows no enums; to ask each value whether it is one takes an eighth of the time.
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreUsingDeclarations: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["packages/{channel,nats,pool,threads}/src/**"],
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
  {
    // Plain words: a waiter, the caller.
    files: ["packages/*/{src,test}/**", "tools/testing/**"],
    rules: {
      "no-warning-comments": [
        "error",
        {
          location: "anywhere",
          terms: [
            ...[
              "who",
              "whom",
              "whoever",
              "nobody",
              "somebody",
              "someone",
              "anybody",
              "anyone",
              "no one",
            ],
            ...["todo", "fixme", "xxx"],
          ],
        },
      ],
    },
  },
  boundary(
    "packages/*/{src,test}/**",
    "^@chankit/[^/]+/(?!(?:testing|debug|diagnostics)$)",
    "Import the package by its bare name.",
  ),
  boundary(
    "packages/channel/src/**",
    "^[^.]",
    "The channel package depends on nothing, not even on Node.",
  ),
  ...rooms("packages/channel/src", {
    util: [],
    loop: ["util"],
    state: ["util"],
    wait: ["util", "loop", "state"],
    chan: ["util", "loop", "state", "wait"],
    sync: ["util", "loop", "state", "wait"],
    time: ["util", "loop", "state", "wait", "chan"],
    select: ["util", "loop", "state", "wait", "chan"],
    flow: ["util", "loop", "state", "wait", "chan", "select"],
    debug: ["util", "loop", "state"],
    testing: ["util", "loop", "state", "select", "debug", "fast-check", "@sinonjs/fake-timers"],
  }),
  boundary(
    "packages/pool/src/**",
    "^(?!\\.|@chankit/channel$)",
    "The pool depends on @chankit/channel only.",
  ),
  ...rooms("packages/pool/src", {
    util: ["@chankit/channel"],
    job: ["util", "@chankit/channel"],
    waiting: ["util", "job", "@chankit/channel"],
    results: ["util", "job", "@chankit/channel"],
    running: ["util", "job", "waiting", "results", "@chankit/channel"],
    map: ["util", "job", "@chankit/channel"],
    life: ["util", "job", "waiting", "results", "running", "map", "@chankit/channel"],
    diagnostics: ["util"],
  }),
  boundary(
    "packages/threads/src/*.ts",
    "^(?!\\.|@chankit/channel$)",
    "The threads depend on @chankit/channel only.",
  ),
  ...rooms("packages/threads/src", {
    wire: [],
    host: ["wire"],
    thread: ["wire", "host", "@chankit/channel"],
    main: ["wire", "host", "@chankit/channel"],
  }),
  boundary(
    "packages/nats/src/**",
    "^(?!\\.|@chankit/(channel|pool)$|@nats-io/(jetstream|transport-node)$)",
    "@chankit/nats depends on the channel package, the pool, and the client of NATS.",
  ),
  ...rooms("packages/nats/src", {
    codec: [],
    server: ["codec", ...besideRoomsOfNats, "@chankit/pool"],
    pool: ["codec", "server", ...besideRoomsOfNats, "@chankit/channel", "@chankit/pool"],
    crew: ["codec", "server", ...besideRoomsOfNats, "@chankit/pool"],
  }),
);

/** Each folder of `root`, with the folders that it stands on and the packages that it may import. */
function rooms(root, below) {
  return Object.entries(below).map(([room, others]) => {
    const allowed = others.map((name) => (name in below ? `\\.\\./${name}/` : `${name}$`));
    const message =
      others.length === 0
        ? `${room}/ stands on nothing.`
        : `${room}/ stands on ${others.join(", ")}, and on nothing else.`;
    return boundary(`${root}/${room}/**`, `^(?!${["\\./", ...allowed].join("|")})`, message);
  });
}

/** Forbids `files` to import the packages that match `regex`, and any other package by its path. */
function boundary(files, regex, message) {
  const patterns = [
    { regex, message },
    {
      regex: "\\.\\./(channel|pool|threads|nats|examples)/",
      message: "Import another package by its name.",
    },
  ];
  return { files: [files], rules: { "no-restricted-imports": ["error", { patterns }] } };
}
