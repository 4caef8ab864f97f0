import tseslint from 'typescript-eslint';

const SCOPED_TO_NODE = ['scripts/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', '*.config.ts'];
const CONFIG_FILES = ['*.config.ts', '*.config.js', 'ignition/modules/**/*.ts'];

/** Syntax that review has refused before. Arrays are joined below, since a later entry replaces an earlier one. */
const BARE_ERROR = {
  selector: "ThrowStatement > NewExpression[callee.name='Error']",
  message: 'Throw an error class with a code: LedgerError, GatewayError or one of the area (rule 3).',
};
const IN_ON_ARRAY = {
  selector: "BinaryExpression[operator='in'][right.type='ArrayExpression']",
  message: '`in` tests the indexes of an array; use includes().',
};
const DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only: the name is then the same everywhere.',
};
const BARREL = {
  selector: 'ExportAllDeclaration, ExportNamedDeclaration[source!=null]',
  message: 'The only barrel is ledger/index.ts (rule 13): import from the file that defines it.',
};
const ENVIRONMENT = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'gateway/config/env.ts is the only reader of the environment (rule 9).',
  },
  {
    selector: "ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name='env']",
    message: 'gateway/config/env.ts is the only reader of the environment (rule 9).',
  },
];
const ALWAYS = [BARE_ERROR, IN_ON_ARRAY];
const MODULES = [...ALWAYS, DEFAULT_EXPORT, BARREL];

const DISABLE = /^\s*eslint-(?:disable|enable)(?:-next-line|-line)?\b/;
const DESCRIBED_DISABLE = /^\s*eslint-(?:enable\b|disable(?:-next-line|-line)?\s+[^\s-].*?\s--\s+\S.{9,})/s;
const COMPILER_SWITCH = /^\s*@ts-(?:ignore|nocheck)\b/;

/** A switched-off rule names the rule and says why: `// eslint-disable-line some-rule -- the reason`. */
const describedDisables = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      undescribed: 'Name the rule and say why: `eslint-disable-next-line rule -- reason`.',
      compiler: 'The compiler is not switched off; mend the types.',
    },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (COMPILER_SWITCH.test(comment.value)) context.report({ loc: comment.loc, messageId: 'compiler' });
          if (DISABLE.test(comment.value) && !DESCRIBED_DISABLE.test(comment.value)) {
            context.report({ loc: comment.loc, messageId: 'undescribed' });
          }
        }
      },
    };
  },
};

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'artifacts/',
      'cache/',
      'coverage/',
      '.data/',
      '**/__generated__/',
      'ignition/deployments/',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { dxl: { rules: { 'described-disables': describedDisables } } },
    rules: {
      'dxl/described-disables': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/return-await': ['error', 'always'],
      '@typescript-eslint/strict-boolean-expressions': ['error', { allowString: false, allowNumber: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      curly: ['error', 'multi-line', 'consistent'],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...MODULES, ...ENVIRONMENT],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'no-param-reassign': 'error',
      'no-async-promise-executor': 'error',
      'no-constant-binary-expression': 'error',
      'no-empty': 'error',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-escape': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['ledger/**/*.ts', 'gateway/**/*.ts', 'verifier/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['ledger/index.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ALWAYS, DEFAULT_EXPORT, ...ENVIRONMENT] },
  },
  {
    files: ['gateway/config/env.ts', ...SCOPED_TO_NODE],
    rules: { 'no-restricted-syntax': ['error', ...MODULES] },
  },
  {
    files: CONFIG_FILES,
    rules: { 'no-restricted-syntax': ['error', ...ALWAYS] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    plugins: { dxl: { rules: { 'described-disables': describedDisables } } },
    rules: { 'dxl/described-disables': 'error' },
  },
);
