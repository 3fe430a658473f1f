import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'src/gql/', 'test-results/'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  { files: ['src/**'], extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.recommended] },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
